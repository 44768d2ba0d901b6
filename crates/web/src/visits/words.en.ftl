# Today and visits.
today-morning = Good morning, { $name }
today-afternoon = Good afternoon, { $name }
today-evening = Good evening, { $name }
today-working-day = working day
today-make-up-day = make-up working day ({ $name })
today-weekend = weekend
today-holiday = holiday: { $name }
today-plan = Today’s plan
today-week = My week
today-no-plan = No visit is planned for today.
today-any-time = Any time
today-forgotten = Planned but not made
today-forgotten-hint = Enter them late, or cancel them with a reason
today-duty = This week’s front-line day
today-my-visits = Visits of the week
today-duty-done = ✓ { $n ->
    [one] 1 visit
   *[other] { $n } visits
} made this week; duty met
today-duty-exempt = ‖ Exempt this week
today-duty-missed = ■ No visit this week
today-duty-open = ▲ No visit yet this week; at least 1 by { $day }
today-campaign-open = Front-line month: { $n } made, { $short } to go
today-campaign-met = Front-line month: { $n } made; floor reached
today-overdue = Overdue
today-due-soon = Due by tomorrow, overdue included
today-to-verify = For me to verify
today-promises = My promises
today-to-assign = To be assigned
today-to-decide = Requests to decide
today-to-answer = To be answered
today-unit-overdue = Overdue in the unit
today-to-accept = To be signed for
today-tasks = My unit’s tasks
today-tasks-due = Tasks due by tomorrow, overdue included
today-tasks-overdue = Tasks overdue
today-unit-to-verify = To be verified in the unit
today-raised = Matters I raised
today-nothing = Nothing to do right now.
today-all = All { $n }
today-notices = { $n ->
    [one] 1 new notice
   *[other] { $n } new notices
}

visit-type-site = Front-line site
visit-type-government = Government
visit-type-customer = Customer
visit-type-community = Community service
visit-state = State
visit-state-planned = Planned
visit-state-on-site = On site
visit-state-finished = Finished
visit-state-cancelled = Cancelled
visit-state-merged = Merged

visit-plan = Plan a visit
visit-plan-save = Plan it
visit-unplanned = Visit now
visit-unplanned-plus = ＋ Visit now
visit-unplanned-hint = A visit nobody planned: choose the place and begin.
visit-start = Start visit
visit-go-on = Continue
visit-finish = Finish visit
visit-cancel = Call the visit off
visit-merge = Merge with another
visit-elapsed = { $span } so far
visit-minutes = { $n } min
visit-hours = { $h } h { $m } min
visit-led-by = led by { $name }
visit-with = with { $names }
visit-open-here-n = { $n } open here
visit-open-here-more = { $n } more

visit-days = Days
visit-tab-today = Today
visit-tab-last-week = Last week
visit-tab-week = This week
visit-tab-next-week = Next week
visit-tab-month = This month
visit-range = { $from } to { $to }
visit-from-day = From
visit-to-day = To
visit-any = Any
visit-only-mine = Only mine
visit-none-in-range = No visits in these days.

visit-where = Where to
visit-who-when = Who and when
visit-more = More: companions, purpose, announced or not
visit-place = Place
visit-place-search = Find a place (name or code)
visit-find = Find
visit-places-recent = Places you went to
visit-places-found = Places found
visit-no-place = Nothing found. Try other words, for instance two characters of the name.
visit-type = Type
visit-type-by-place = by the kind of place when left open
visit-host = Host unit
visit-host-by-place = The place’s own unit
visit-leader = Leader
visit-companions = Companions
visit-companions-duty = { $names } (counts towards the duty of { $duty })
visit-person-search = Find a companion (name or staff number)
visit-no-person = Nobody found; check the name or staff number.
visit-duty-tick = counts towards their duty
visit-day = Day
visit-time = Time
visit-purpose = Purpose
visit-notice = Notice
visit-announced = Announced
visit-unannounced = Unannounced
visit-unannounced-hint = Until somebody is on site, only those who go can see an unannounced visit.

visit-check-in = Check in
visit-check-in-hint = Records the time, and the position where the phone gives one; you can start without it.
visit-check-in-more = Late entry, photo of the site, announced or not
visit-as-planned = As planned
visit-happened = Time of arrival
visit-happened-hint = Only for late entry; now when left empty. Up to 35 days back; it is marked as late.
visit-began = began { $at }
visit-from-to = began { $from }, took { $length }
visit-point = Position
visit-point-metres = { $point }, { $far } m from the registered place
visit-point-km = { $point }, { $far } km from the registered place

visit-finding = Record a problem
visit-photo = Photograph the problem
visit-words = What is the problem
visit-words-hint = One sentence is enough; you can dictate it.
visit-category = Category
visit-on-the-spot = Solved on the spot
visit-put-right = Put right by a date
visit-decide-hint = One tap records it. Both are verified by somebody else and answered.
visit-how-summary = How it was solved, photo afterwards (optional)
visit-how = How it was solved
visit-how-hint = When left empty, the words above stand for it.
visit-after-photo = Photograph it solved
visit-later-summary = To be put right by { $unit } within the rule’s limit (can be changed)
visit-unit = Responsible unit
visit-unit-hint = The place’s unit comes first, then those above and below it.
visit-unit-near = Suggested
visit-unit-all = Other units
visit-due = Deadline
visit-due-by-rule = By the rule
visit-due-rule = { $limit }, by { $day }
visit-rule-line = { $name }: { $due }
visit-due-no-rule = no rule; choose a deadline
visit-due-other = On a day
visit-limit-working-days = { $n ->
    [one] 1 working day
   *[other] { $n } working days
}
visit-limit-calendar-days = { $n ->
    [one] 1 day
   *[other] { $n } days
}
visit-limit-hours = { $n ->
    [one] 1 hour
   *[other] { $n } hours
}
visit-raiser-summary = Who raised it, kind of matter, late entry (optional)
visit-raiser-hint = When a citizen or customer raised it, a name or phone lets the answer reach them.
visit-raiser-name = Name
visit-raiser-phone = Phone
visit-kind = Kind of matter
visit-found-at = Time it was found
visit-recorded = Recorded: { $what }
visit-raiser-link = Link for whoever raised it
visit-raiser-link-hint = Send it to their phone, or have it shown once for them to scan: progress and their verdict, without an account.
visit-words-kept = The visit has moved on, so this problem was not recorded. Your words are still here; copy them and raise it separately.
visit-raise-instead = Raise as a matter

visit-findings = Found on this visit
visit-no-findings = Nothing recorded yet.
visit-counts = { $spot } on the spot · { $later } by a date
visit-open-here = Still open here
visit-facts = Plan
visit-photos = Photos of the site
visit-story = What happened
visit-history = Visits to this place
visit-late = entered late, { $at }
visit-event-planned = planned the visit
visit-event-rescheduled = gave it another leader, day or hour
visit-event-started = checked in
visit-event-found = recorded “{ $what }”
visit-event-found-something = recorded a matter
visit-event-finished = finished the visit
visit-event-cancelled = cancelled the visit
visit-event-merged = merged it with another visit
visit-cancelled-because = Cancelled:{" "}
visit-merged-into = Merged with another visit, which is the one that counts.

visit-summary = Summary
visit-summary-hint = Written from the records; finish as it is, or edit it.
visit-summary-went = { $day }: { $place }, { $type }, { $length }.{" "}
visit-summary-nothing = No problems found.
visit-summary-found = { $n ->
    [one] 1 problem found
   *[other] { $n } problems found
}
visit-summary-spot = , { $n } solved on the spot
visit-summary-later = , { $n } to be put right
visit-summary-stop = .
visit-summary-line-spot = : solved on the spot.
visit-summary-line-due = : { $unit }, by { $day }.
visit-summary-line-unit = : { $unit }.
visit-finish-late = Enter the end late
visit-ended-at = Time it ended
visit-cancel-reason = Why is it cancelled
visit-cancel-hint = The visit stays on record and is not counted.
visit-merge-into = Merge with
visit-merge-hint = Two delegations that went together are one activity. The chosen visit counts; this one stays on record.
visit-merge-none = No other visit to this place within 3 days before or after.
visit-partner = Partner
visit-partner-hint = Of a visit to a government or a customer; type its name or code.
visit-partner-who = Who is visited
visit-sensitivity = Who may read it
visit-sensitivity-hint = A restricted one is read by those who go, who planned it and who coordinates for its host.
sensitivity-open = Open
sensitivity-internal = Internal
sensitivity-restricted = Restricted
visit-meeting = Note the meeting
visit-met = Whom they met
visit-met-hint = Names, posts, levels; they can be erased.
visit-topics = What was spoken of
visit-load = Load expected
visit-load-kw = Load expected (kW)
visit-commitment = Record a commitment
visit-from-partner = Asked by { $name }, which is answered through its link
visit-event-meeting = Meeting noted
visit-event-words-erased = Words erased
invalid-partner-needed = Choose the partner.
invalid-partner-merged = That partner counts as another now: choose that one.
invalid-partner-stays = The partner of a visit stays as it is.
invalid-sensitivity = There is no such class: choose again.
invalid-load-kw = Write the load in whole kW.
step-meeting-noted = Meeting noted
step-visit-words-erased = Notes of the meeting erased
