# Temporary branches, joint branches, general branches, commando teams
nav-teams = Branches and teams
teams-title = Temporary branches and commando teams
teams-hint = Set up for works: those that are there first, a general branch before its branches.
teams-none = No team is registered yet.
teams-to-dissolve = { $n ->
    [one] The works of one team are handed over: it should be dissolved
   *[other] The works of { $n } teams are handed over: they should be dissolved
}
team-new = Register a team
team-unit = Temporary unit
team-unit-hint = Make a unit of the kind “temporary unit” under Organisation first, then register it here.
team-kind = Type
team-kind-temporary-branch = Temporary party branch
team-kind-joint-branch = Joint party branch
team-kind-general-branch = Temporary general branch
team-kind-commando = Commando team
team-programme = Programme of works
team-section = Section
team-section-hint = Its code, where the team is for one section only.
team-within = Part of the general branch
team-within-none = Part of none
team-within-hint = A branch has its days within those of the general branch.
team-parent-n = Unit { $n } that sends people
team-parent-none = (none)
team-parents = Units that send people
team-document = Document that sets it up
team-document-hint = Its title or number.
team-from = First day
team-to = Last day
team-days = Days
team-facts = Facts
team-members = Members
team-members-n = { $n ->
    [one] one person
   *[other] { $n } people
}
team-members-none = Nobody is registered as a member yet.
team-post = Post
team-post-secretary = Secretary
team-post-committee = Committee member
team-post-captain = Captain
team-post-member = Member
team-person = Member
team-person-hint = Staff number or name; somebody may belong to several teams at once.
team-member-to-hint = Left empty: until the team ends.
team-join = Add a member
team-leave = Ends membership
team-open = Matters in hand
team-open-none = Nothing is open.
team-open-hidden = { $n ->
    [one] one more that you may not see
   *[other] { $n } more that you may not see
}
team-hand-over = { $n ->
    [one] Hand over this open matter first
   *[other] Hand over these { $n } open matters first
}
team-bodies = Party organisations visited ({ $n })
team-bodies-none = No member has been to a party organisation yet.
team-body-visited = { $n ->
    [one] visited on { $day }
   *[other] { $n } visits, last on { $day }
}
team-parts = Its branches
team-story = What happened
team-dissolve = Dissolve
team-dissolve-on = Last day
team-dissolve-hint = One of its days; the temporary unit ends with it.
team-dissolve-why = Reason
team-dissolved = ■ Dissolved
team-dissolved-on = Dissolved on { $day }: { $why }
team-proposed-on = Its works are handed over; proposed on { $day }: dissolve it
team-to-dissolve = ▲ To be dissolved
team-over = ■ Over
team-to-come = Not yet there
event-team-set-up = Set up
event-team-changed = Changed
event-team-joined = Member joined
event-team-left = Member left
event-team-dissolution-proposed = Works handed over, dissolution proposed
event-team-dissolved = Dissolved
notice-team-dissolution-proposed = The works are handed over: the team should be dissolved
refusal-team-without-works = A team is for works: choose a programme.
refusal-team-ends-before-it-begins = The last day { $about } is before the first. Change the days.
refusal-team-outside-unit = These are not all days of the temporary unit. Change the days.
refusal-team-too-few-parents = So many different units at least have to send people: { $about }.
refusal-team-not-within-that = Only a general branch has branches, and it is part of no other.
refusal-team-outlasts-parent = The days go beyond those of the general branch (until { $about }). Change the days.
refusal-team-outlasted-by-part = One of its branches lasts until { $about }. See to the branches first.
refusal-team-outlasted-by-member = A membership ({ $about }) would lie outside the new days. Change the members’ days first.
refusal-team-member-outside = The days of the membership are not all days of the team ({ $about }). Change the days.
refusal-team-member-twice = This person is a member on these days already.
refusal-team-no-such-member = No membership begins on { $about }.
refusal-team-dissolved-already = The team was dissolved on { $about } and cannot be changed.
refusal-team-dissolved-outside = The last day is not a day of the team ({ $about }). Change the day.
refusal-team-holds-matters = Matters lie open with it; hand them over first: { $about }
invalid-team = There is no such general branch. Choose from the list.
invalid-team-unit = This is no temporary unit. Choose one of that kind.
invalid-team-unit-taken = This unit is registered already. Choose another.
invalid-team-unit-stays = The unit stays once it is registered.
invalid-team-section = The programme has no such section. Check the code.
invalid-team-kind = Choose a type.
invalid-team-post = Choose a post.
