"""Bodies of items: one model per type, a module per family; `kaoping.itembank.content` reads any of them."""
