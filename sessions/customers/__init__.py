"""The page of customers: who they are, narrowed by filters and words, in an order, page by page."""
