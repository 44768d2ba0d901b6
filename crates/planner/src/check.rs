//! The independent checker: whether a plan may be lived and what it is worth, from the request
//! alone. It shares no code with the search and none with the features.
