"""Pages for staff, outside any launch: who is signed in, what a role may do, and the frame around a page.

A new staff page is one new file, `smart_app/pages/staff_<name>.py`, found by its name:

    blueprint = Blueprint("staff_worklist", __name__, url_prefix="/staff/worklist")
    nav = NavEntry("Worklist", "/staff/worklist/", Permission.SEE_WORKLIST, place=10)

    @blueprint.get("/")
    @for_staff(Permission.SEE_WORKLIST)
    def show_worklist(user: StaffUser) -> str:
        return render_template("staff/worklist.html", ...)

    @blueprint.post("/assign")
    @for_staff(Permission.WORK_ON_WORKLIST)
    def assign(user: StaffUser) -> Response:
        ...
        flash("Assigned to you.")
        return redirect("/staff/worklist/", code=303)

- `for_staff` (signed_in.py) sends strangers to sign in, refuses with an audited 403 page whoever lacks the
  permission, and demands the CSRF token of everything but GET. The view is given the `StaffUser`.
- A permission is one line in `permissions.py`. `nav` may also be a tuple of entries; whoever lacks an entry's
  permission does not see it. Places: 10 patients, 20 quality, 30 models, 40 administration.
- The template extends `staff/base.html` and fills the blocks `heading`, `beside` (buttons) and `content`. Its
  pieces: `staff/form.html` (fields with hint and problems; `{{ form.token() }}` in every form), `table.rows`
  (turns into cards on a narrow screen: give each td a `data-label`), `p.empty`, `.actions`, `.chip`,
  `{% if staff.can("CHANGE_RULES") %}` around a button. A long list is read 50 at a time.
- What is shown of a patient, and what is changed, is audited before it happens: `audit(user, "rule-released",
  {...})`; ids and counts only. `host_ehr` is given where there is one.
- `flash(text)` says what was done, `flash(text, "problem")` what was not.
"""
