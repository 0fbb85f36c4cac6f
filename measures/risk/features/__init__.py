"""One file a family of features; `measures.risk.feature.find_features` finds them."""
