"""A flat extract from a warehouse as the input of a model: types inferred, nothing learnt from the target."""
