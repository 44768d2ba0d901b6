# Words of every page.
product = Yixian
skip = Skip to content
demo-banner = Demo company · not real data · business clock
search = Search
search-hint = Number, words, person, place
large-text = Large text
theme = Theme
other-language = 中文
other-language-tag = zh-CN
nav = Main
nav-today = Today
nav-inbox = Inbox
nav-tasks = Tasks
nav-matters = Matters
nav-visits = Visits
nav-figures = Figures
nav-places = Places
nav-admin = Administration
nav-organisation = Units and people
nav-ledger = Ledger
help = Help
foot = Yixian · open source
to-start = Back to the start
request-id = Request
sign-in = Sign in
sign-out = Sign out
person-code = Staff code
password = Password
password-again = Password again
password-hint = At least 12 characters; a sentence you remember is best.
set-password = Set a password
busy = Sending…
save = Save
cancel = Cancel
back = Back
optional = optional
more = More
all = All
yes = Yes
no = No
none = None
enter-as = Sign in as { $name }
late-form = Your session has ended. Sign in again; what you typed is still here.
late-form-other = This form belongs to another session. Sign in again; what you typed is still here.
late-form-kept = After signing in, one tap sends what you typed. Photos chosen in it have to be chosen again.
late-form-kept-photos = After signing in, one tap sends what you typed, with its photos.
late-form-typed = What you typed
late-form-send = Send what you typed
late-form-ready = You are signed in. Check and send.
setup = First set-up
setup-hint = Makes the company and its first administrator. This link works once.
setup-company = Name of the company
setup-company-code = Code of the company
setup-name = Your name
setup-go = Set up
code-hint = Letters, digits, - and _; never changes, e.g. BJ.
person-code-hint = Used to sign in, e.g. admin.
count-many = 1,000+
words-erased = (erased)
span-minutes = { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
}
span-hours = { $n ->
    [one] { $n } hour
   *[other] { $n } hours
}
span-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
weekday-1 = Mon
weekday-2 = Tue
weekday-3 = Wed
weekday-4 = Thu
weekday-5 = Fri
weekday-6 = Sat
weekday-7 = Sun
month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec
form-faults = { $n ->
    [one] One thing to change
   *[other] { $n } things to change
}
photo-add = Take a photo
photo-choose = Choose from the gallery
photo-remove = Remove
photo-kept = Photo kept
draft-restored = Draft restored
draft-drop = Drop the draft
by-rule = The system
by-import = Import
by-raiser = The raiser
filter = Filter
show = Show
clear = Clear
next-page = Next page
first-page = First page
erased = (erased)
other-language-short = 中

day-this-year = {$w} {$d} {$month}
day-with-year = {$w} {$d} {$month} {$y}

clause-separator = {", "}

install-title = Yixian · Install the certificate
install-download = Download the certificate
install-steps = Android: Settings, Security, Encryption and credentials, Install a CA certificate. iPhone: Settings, Profile downloaded, Install; then General, About, Certificate Trust Settings: switch it on.
install-fingerprint = The fingerprint above must be the one the terminal shows.
install-open = Open Yixian

done = Saved.
done-what = Done: { $what }.
done-matters-new = The matter is registered.
done-connections-new = The application is registered.
done-visits-new = The visit is planned.
done-visits-start = Checked in; the visit has begun.
done-visits-findings = The finding is recorded.
done-visits-finish = The visit is finished.
done-visits-cancel = The visit is cancelled.
done-visits-merge = The visits are merged.
done-planning-adopt = The plan is adopted; its visits are planned.
done-planning-stop = Stopped.
done-me-notices = Notices are marked as read.

week-n = W{ $n }
week-of = Week { $n } ({ $span })
week-of-year = { $week }, { $year }
send = Send
list-separator = {", "}
