# Search
search-title = Search
search-covers = By number, words, answers and remarks, raiser, customer, name or code of a partner, works, an agreement, a conference, a document or a place, name or code of a person; only what you may see is shown.
search-group-matters = Matters
search-group-connections = Applications for power
search-group-visits = Visits
search-group-registers = Partners, works, agreements, conferences, documents
search-group-places = Places
search-group-people = People
search-total = { $n } found
search-more = Show more
search-all-groups = Back to all results
search-none = Nothing was found. Try another word, or a whole number, name or phone.
