# Connections: application, the customer's page, intake and work, figures, improvement proposals.
nav-connections = Connections
nav-proposals = Improvements
# Application
apply-title = Apply for power
apply-sub = No account, two minutes. Papers you do not have can come later.
apply-who = Who uses the power
apply-person = A person
apply-firm = A firm
apply-name = Name of the person or firm
apply-credit-code = Unified social credit code
apply-credit-code-hint = The 18 characters on the business licence. With it we will not ask for the licence itself.
apply-phone = Mobile phone
apply-code-send = Send a code
apply-code-again = Send it again
apply-code = Code
apply-code-hint = Press “Send a code”, then type the six digits from the message.
apply-code-sent = A code is on its way to your phone; it is good for 10 minutes. Everything you typed is still here.
apply-phone-proven = Your phone is confirmed
apply-where = Where
apply-district = District
apply-address = Street and number
apply-address-hint = For example: Kangzhuang, Station Street 12
apply-what = What for, and how much
apply-use = Use
apply-capacity = About how much
apply-capacity-hint = Choose the picture that is most like yours; the survey settles it.
apply-kw = If you know the kilowatts
apply-kw-hint = A number with at most three decimals, such as 15 or 12.5. If you fill it in, it counts.
apply-papers = Photos of papers
apply-papers-hint = A photo is enough. Leave out what you do not have: we begin at once and you add it later.
apply-paper-later = later, if you do not have it
apply-paper-kept = { $paper }: photo kept
apply-privacy = Name, phone and address are used for this application only; they appear in no address line and no log.
apply-go-review = Next: how long, how much
apply-no-company = Applications cannot be made here yet. Please call 95598.
# Confirmation
confirm-title = Confirm your application
confirm-steps = You go through
confirm-steps-n = { $n ->
    [one] { $n } step
   *[other] { $n } steps
}
confirm-promised = Power by
confirm-no-promise = told at acceptance
confirm-cost = It costs you
confirm-cost-yuan = { $n } yuan
confirm-cost-plan = as in the supply scheme
confirm-never = We will never ask you again for:
confirm-later = To come later:
confirm-later-end = . We begin anyway.
confirm-not-zero = The “three zeros” service does not apply, because:
confirm-yours = What you told us
confirm-why-date = How the date is counted
confirm-send = Send the application
confirm-edit = Back, to change something
confirm-rule = Rule in force: { $rule }
# The customer's page
customer-title = My application for power
customer-key = Last four digits of your phone
customer-key-why = So that only you see this page, please type the last four digits of the phone in your application.
customer-open = Show
customer-fresh = We have your application. Please keep this page; its link was sent to your phone too.
customer-thanks = Thank you. You said:
customer-holder = Who has it now
customer-promised = Power promised by
customer-promised-why = How the date is counted
customer-time = Time so far
customer-time-hint = Our time and the time we wait for you are counted apart.
customer-paid = You have paid
customer-papers = Papers
customer-paper-add = Which paper do you add
customer-paper-send = Hand it in
customer-rate = Are you satisfied with your connection?
customer-rate-hint = If you are not, somebody else takes it up, and the person in charge sees it.
customer-rate-why = What was wrong (several may be chosen)
customer-rate-words = Anything else
customer-rate-send = Send
customer-keep = Keep the link of this page: no account is needed, at any time.
customer-saved = { $n } yuan less than the plan before
customer-call = Call { $phone }
customer-ended-withdrawn = This application was withdrawn.
customer-ended-refused = This application was not accepted.
customer-sms = [Yixian] We have your application for power. How it goes: { $link } (with the last four digits of your phone)
paper-given = handed in, never asked again
paper-later = to come
paper-nth = photo { $n }
# Time
span-by-utility = with us
span-by-customer = waiting for you
span-by-pause = clock stopped
span-by-permit = waiting for a permit
clock-handled = Handled by the utility (net working days)
clock-whole = Whole process (application to power, working days)
clock-elapsed = Calendar days
clock-elapsed-inclusive = first and last day included
clock-days = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
clock-working-days = { $n ->
    [one] { $n } working day
   *[other] { $n } working days
}
clock-running = running
# Queue
queue-title = Connections
queue-none = No application fits the filter.
queue-found = { $n } found
queue-waiting = In hand
queue-special = Special needs first
queue-overdue = Overdue
queue-paused = Clock stopped
queue-all = All
queue-callback = To be called
filter-class = Class
filter-district = District
filter-step = Step
filter-flag = Special need
# Intake
intake-title = Take an application
intake-channel = How it came
intake-reference = Reference
intake-reference-hint = The number of the 12345 or 95598 order, as it stands there.
intake-flags = Special needs
intake-flags-hint = The special-needs window takes the queue in this order.
intake-go = Take it
# A case
case-title = Application
case-steps = Steps
case-visible = seen by the customer
case-eligibility = Three zeros
case-eligible = ✓ applies
case-not-eligible = ▲ does not apply
case-no-reasons = Nothing speaks against it.
case-overridden = { $who } decided otherwise: { $why }
case-splits = { $n ->
    [one] One more application
   *[other] { $n } more applications
} at this address or by this applicant (shown, not refused)
case-split-line = { $day } · { $kw } kW
case-clocks = Three clocks
case-clocks-hint = Each clock has its own definition; they are never added up.
case-intervals = Every interval
case-interval-by = Who
case-interval-when = From, to
case-link = The customer's link
case-link-hint = Give it to the customer; it opens with the last four digits of the phone.
case-pauses = Stopped clock
case-cost = Cost and saving
case-no-cost = No plan and no cost yet.
case-paid = Paid by the customer
case-chosen = Plan chosen
case-counterfactual = Plan before
case-saving = { $n } yuan saved
case-claim = claimed only
case-claim-hint = The plan to compare with names no source; it stays a claim and is in no figure.
case-lines = Item by item
case-line = Item
case-yuan = yuan
case-source = Source
case-callbacks = Call-backs
case-no-callback = Nobody has called yet.
case-leads = Audit leads
case-leads-hint = Leads only; somebody has to look into them.
case-rule-set = Rule in force
fact-class = Class
fact-capacity = Capacity
fact-address = Address
fact-applicant = Customer
fact-credit-code = Credit code
fact-phone = Phone
fact-use = Use
fact-channel = Came by
fact-reference = Reference
kw = { $n } kW
kva = { $n } kVA
yuan = { $n } yuan
# Figures
cxf-title = Connection figures
cxf-none = No connection was energized in this period.
# Improvement proposals
proposals-title = Improvement proposals
proposals-new = Propose an improvement
proposals-none = No proposal yet.
