### The words of the staff screens in English: for colleagues at a desk, said as shortly as they would say it.
### Never "please", "sorry", "invalid" or "oops". What happened, what follows, what to do.

## On every screen

nav = Staff screens
nav-today = Today
nav-reviews = Reviews
nav-reviews-waiting = { $count ->
    [one] 1 review waits
   *[other] { $count } reviews wait
}
nav-sync = Records
nav-sync-waiting = { $count ->
    [one] 1 change needs somebody
   *[other] { $count } changes need somebody
}
nav-kiosks = Kiosks
nav-figures = Figures
nav-log = Access log
nav-staff = Staff
nav-nothing = Your role has no screen here yet
nav-nothing-hint = Ask a manager if you expected one.
sign-out = Sign out
lock = Lock
locks-in = Locks in { $seconds ->
    [one] 1 second
   *[other] { $seconds } seconds
}
signed-in-as = { $name } ({ $initials })
back-today = Back to Today
back-reviews = Back to Reviews
back-records = Back to the search
not-now = Not now
try-again = Try again
look-again = Look again
loading = One moment…
loading-slow = Still working. It can take a few seconds more.
doing = One moment…
away = The portal can’t be reached. What you see here may have changed.
details-gone = Details deleted
locked-out = Too many wrong passwords for { $initials }. If it was not them, tell a manager.

## Help calls

calls = What needs somebody now
call-title = { $kiosk }: asked for help
call-where = At “{ $where }”, for { $seconds ->
    [one] 1 second
   *[other] { $seconds } seconds
}
call-where-minutes = At “{ $where }”, for { $minutes ->
    [one] 1 minute
   *[other] { $minutes } minutes
}
call-typing = Typing their details
call-coming = I’m coming
call-open = Open
call-reference = Reference { $reference }

## A colleague at a kiosk asks to be let in

vouch-title = { $name } ({ $initials }) asks to be let in at { $kiosk }
vouch-what = { $seconds ->
    [one] Asked 1 second ago.
   *[other] Asked { $seconds } seconds ago.
} If it is really them, type the two digits on its screen.
vouch-digits = Digits
vouch-let-in = Let them in
vouch-no = No
vouch-let-in-done = { $name } is let in at { $kiosk }.
vouch-no-done = { $name } is not let in.
vouch-over = This ask of { $name } is over.
vouch-over-step = A colleague answered it, or its minute ran out.
vouch-close = Close

## Staff only, at a kiosk

unlock-title = Staff only
unlock-initials-hint = Type your own initials.
unlock-initials = Your initials
unlock-password-title = Your password
unlock-password-hint = For { $initials }. Keep your hand over the keys.
unlock-password = Password
unlock-next = Continue
unlock-open = Unlock
unlock-doing = Unlocking…
unlock-back-patient = Back to the patient
unlock-back-welcome = Back to the welcome screen
unlock-other = Other initials
unlock-ask-desk = Ask the desk to let me in
unlock-asking-desk = Asking the desk…
unlock-digits-title = Tell a colleague at the desk these digits
unlock-digits-hint = For { $initials }. They let you in from their screen, and nobody types a password here.
unlock-digits-left = { $seconds ->
    [one] These digits work for 1 more second
   *[other] These digits work for { $seconds } more seconds
}
unlock-goes-on = This screen goes on asking by itself.
unlock-use-password = Use my password instead
unlock-nobody-title = Nobody let you in
unlock-nobody-hint = You asked for { $initials }. It takes a colleague who is signed in at the desk and may do what you may. They have a minute to type the digits.
unlock-ask-again = Ask again
unlock-asked-often = The desk was asked very often from here.
lock-title = The patient’s answers are still here
lock-text = Give the screen back to the patient, or end here and wipe what they typed.
lock-resume = Back to the patient
lock-wipe = End and wipe

## Sign in

sign-in-title = Sign in
sign-in-hint = With your own initials, never a colleague’s.
sign-in-open = Sign in
sign-in-doing = Signing in…
signed-out = You are signed out.
signed-out-by-portal = You were signed out. Sign in to carry on.
sign-out-failed = The portal did not hear that you signed out. This browser may still be let in.
sign-out-again = Sign out again
portal-asking = Looking who is here…
invitation-title = Choose your password
invitation-hint = 8 letters or more. Three words you’ll remember work well.
invitation-password = New password
invitation-open = Save and sign in
invitation-doing = Saving…
password-show = Show
password-hide = Hide

## Today

today-title = Today
today-search = Search
today-search-hint = Name, reference, or date of birth such as 27 3 1985
today-empty = Nobody has registered yet
today-empty-hint = Whoever begins at a kiosk appears here by itself.
today-none = Nothing found for “{ $search }”
today-none-hint = Try a shorter part of the name, the whole reference, or the date of birth.
today-more = These are the newest 50. Search to find others.
today-clear = Clear the search
today-count = { $count ->
    [one] 1 registration
   *[other] { $count } registrations
}
label-dob = Date of birth
label-mobile = Mobile
label-email = Email
label-kiosk = Kiosk
at-the-desk = At the desk
label-reference = Reference
label-confirmed = Began
label-state = Where it stands

## Where a registration stands

state-awaiting-code = Waiting for the code
state-awaiting-code-means = A code went to their mobile in a text message. They type it at the kiosk, or on their own phone.
state-awaiting-password = Making a password
state-awaiting-password-means = The mobile is proven. They make a password at the kiosk, or on their own phone.
state-awaiting-link = Waiting for the email
state-awaiting-link-means = A link goes to their email address. They open it on their own phone or computer.
state-awaiting-terms = Reading the terms
state-awaiting-terms-means = Mobile and email are proven. They still have to accept the terms.
state-registered = Registered
state-registered-means = Mobile and email are proven, and the terms are accepted.
state-handed-to-desk = At the desk
state-handed-to-desk-means = The mobile is proven, and no email address is. You finish this with them.
state-expired = Time ran out
state-expired-means = They did not finish in time. They can begin again at a kiosk.
state-abandoned = Ended early
state-abandoned-means = It was given up or cancelled. They can begin again at a kiosk.
state-declined = Terms not accepted
state-declined-means = They did not accept the terms, so nothing was changed.
state-locked = Locked
state-locked-means = Too many wrong passwords were typed on the link’s page.
state-superseded = Replaced
state-superseded-means = The same person began again later, and proved the mobile there.

## Registration

help-title = Help this patient
help-nothing = There is nothing to do here now.
help-resend-code = Send another code
help-resend-code-what = Another text message goes to { $mobile }. Only the newest code works.
help-resend-code-do = Send the code
help-resend-code-done = Another code is on its way. Only the newest one works.
help-resend-wait = Another code can be sent in { $seconds ->
    [one] 1 second
   *[other] { $seconds } seconds
}.
help-resend-wait-minutes = Another code can be sent in { $minutes ->
    [one] 1 minute
   *[other] { $minutes } minutes
}.
help-send-new-link = Send a new link
help-send-new-link-what = An email with a new link goes to { $email }. Links sent before stop working.
help-send-new-link-do = Send the link
help-send-new-link-done = A new link is on its way. Links sent before no longer work.
help-correct-email = Correct the email
help-correct-email-what = Ask for the right address and read it back. Links sent to the old address stop working, and the new address gets no link until you send one.
help-correct-email-do = Save the address
help-correct-email-done = The address is corrected, and it has no link yet.
help-correct-email-next = Send a new link when the patient says that the address is right.
help-correct-mobile = Correct the mobile
help-correct-mobile-what = Ask for the right number and read it back. This registration ends, and a new one begins with a code to the new number.
help-correct-mobile-do = Save and send a code
help-correct-mobile-done = A new registration began, and a code is on its way to the new number. The old one has ended.
help-email-was-proven = The old address was proven. Make sure who asks you to change it.
help-mobile-was-proven = The old number was proven. Make sure who asks you to change it.
help-restart = Start again with the same details
help-restart-what = A new registration begins with the same details, and a new code goes to { $mobile }.
help-restart-ends = This one ends, and its codes and links stop working.
help-restart-do = Start again and send a code
help-restart-done = A new registration began with the same details, and a code is on its way. The old one has ended.
help-finish = Finish without the email
help-finish-what = For a patient who can’t open their email. They get no account. A review opens, where you compare them with the record.
help-finish-more = The mobile is proven. The email address is not, so it is not written into the record.
help-finish-do = Finish without the email
help-finish-done = It is finished without the email, and there is no account.
help-finish-next = A review waits. Compare the patient with the record there.
help-finish-reviews = Go to Reviews
help-unlink = This is not their record
help-unlink-what = The patient no longer sees this record. It gets back what it held before, unless somebody changed it since or thirty days are over.
help-unlink-more = The machine looks for their record again, and leaves this one out. Texts and emails that were sent stay sent.
help-unlink-do = End the link to this record
help-unlink-done = The patient no longer sees that record. What was done is in the list below.
help-cancel = Cancel the registration
help-cancel-what = The registration ends, and its codes and links stop working. The patient can begin again at a kiosk.
help-cancel-do = Cancel the registration
help-cancel-done = The registration has ended.
help-new-email = Email address
help-new-mobile = Mobile number
linked-title = Linked to a record
linked-born = Born { $date }
linked-since = Linked since { $date }
ids-seen = ID seen
history-title = What happened
history-by = by { $initials }
history-empty = Nothing yet

act-details-confirmed = Details confirmed
act-code-sent = Code sent
act-code-right = Right code typed
act-password-set = Password made
act-left-for-phone = Went on on their own phone
act-link-sent = Link sent
act-link-opened = Email proven with the link
act-registration-locked = Locked after too many wrong passwords
act-terms-accepted = Terms accepted
act-terms-declined = Terms not accepted
act-registration-abandoned = Ended early
act-registration-expired = Time ran out
act-registration-superseded = Replaced by a later registration
act-records-matched = Compared with the practice’s records
act-review-opened = Review opened
act-account-made = Account made
act-account-reset = Account’s password reset
act-record-linked = Record linked
act-record-created = Record made
act-record-updated = Record given the proven contacts
act-record-update-undone = Record given back what it held
act-said-not-the-same = Said to be a different person
act-record-update-left-to-staff = Change of the record left to staff
act-record-task-shown = Change to type by hand looked at
act-record-entered-by-hand = Change typed into the practice’s software
act-desk-reference-given = Sent to the desk with a reference
act-kiosk-enrolled = Kiosk joined
act-records-imported = Records added from a file
act-records-exported = Records written to a file
act-records-checked = Records counted
act-enrolment-opened = Code for a new kiosk made
act-kiosk-revoked = Kiosk removed
act-kept-details-lost = Details kept by a kiosk were lost
act-kept-details-shown = Details kept by a kiosk looked at
act-backup-begun = Back-up begun
act-backup-restored = Back-up restored
act-recovery-key-replaced = Recovery key replaced
act-review-shown = Review looked at
act-review-settled = Review settled
act-review-opened-again = Review opened again
act-record-unlinked = Link to the record ended
act-staff-invited = Staff member invited
act-staff-invitation-taken-up = Invitation taken up
act-staff-removed = Staff member removed
act-staff-let-in = Staff member let in
act-staff-let-out = Staff member signed out
act-staff-tries-used-up = Staff member locked after wrong passwords
act-registrations-listed = List of registrations looked at
act-registrations-searched = Found by a search
act-reviews-listed = List of reviews looked at
act-registration-shown = Registration looked at
act-email-corrected = Email corrected
act-mobile-corrected = Mobile corrected
act-registration-cancelled = Cancelled
act-registration-restarted = Started again with the same details
act-registration-finished-by-staff = Finished by staff without the email
act-id-seen = Saw who the patient is
act-records-searched = Record found by a search
act-record-shown = Record looked at
act-registration-begun-by-staff = Begun by staff from the record
act-help-call-answered = Help call answered
act-staff-vouched-for = Let a colleague in at a kiosk
act-staff-not-vouched-for = Did not let a colleague in at a kiosk
act-kiosk-paused = Paused the kiosk
act-kiosk-resumed = Opened the kiosk again
act-kiosk-cleaned = Began to clean the screen
act-kiosk-cleaning-stopped = Ended the cleaning
act-kiosk-restarted = Asked the kiosk to restart
act-help-called = Called for help
act-access-log-read = Access log read
act-access-log-exported = Access log saved as a file
act-access-log-verified = Access log checked for changes
act-changes-listed = List of changes of records looked at
act-change-tried-again = Change of the record tried again
act-change-sent-to-review = Change of the record sent to review
act-lost-details-known = Said to know of details that a kiosk lost

## Who somebody is

id-seen = I have seen who this is
id-seen-hint = What you choose is kept with your initials. No number and no picture is kept.
id-seen-first = Choose what you have seen first.
id-passport = Passport
id-driving-licence = Driving licence
id-photo-card = Another card with photo and name
id-known-to-me = I know this patient
id-known-to-staff = Known to a colleague

## Registering a patient at the desk

register = Register a patient
records-title = Register a patient
records-hint = For a patient who is here with you. Find their record first. They go on on their own phone.
records-search = Search the records
records-search-hint = Part of the name, or the whole date of birth such as 27 3 1985
records-search-do = Search
records-search-missing = Type a name or a date of birth
records-none = No record found for “{ $search }”
records-none-hint = Try a shorter part of the name, or the date of birth. Whoever has no record here registers at a kiosk.
records-more = These are the first 20. Type more of the name, or the date of birth.
records-count = { $count ->
    [one] 1 record
   *[other] { $count } records
}
record-dob-unknown = Date of birth not known
record-no-contacts = No mobile, no email
register-form = Where can they get messages?
register-form-hint = Ask for both and read them back. The record keeps what it holds until the patient has proven them.
register-in-record = In the record: { $value }
register-do = Text them a code
register-done = A code is on its way to their mobile.
register-done-next = They go on on their own phone. You see here how far they are.
register-next = What happens next
register-next-code = A text brings them a code and a web address. They open it on their own phone and type the code.
register-next-password = They make a password there.
register-next-email = They open the link in an email from us.
register-next-terms = They accept the terms.
register-next-linked = Then their account shows this record, and it gets the contacts they proved.
obstacle-has-account = They have an account already
obstacle-has-account-step = It shows this record, and they can sign in. If a link or a code did not arrive, find them under Today and send a new one.
obstacle-has-account-look = Look under Today
obstacle-details-lacking = The record is not complete
obstacle-details-lacking-step = The date of birth is missing, or the name can’t be typed as it is. Complete the record first, then search again.
obstacle-too-young = They are too young for an account of their own
obstacle-too-young-step = They can have one from 16 on. Until then, keep their record right in the practice’s software.
obstacle-marked = This record is marked
obstacle-marked-step = It may be of somebody who died, joined with another, or kept from view. Look in the practice’s software. A patient who is here can register at a kiosk, and you decide in a review.
obstacle-not-searched = Your records are in the practice’s own software
obstacle-not-searched-step = It can’t be searched from here. The patient can register at a kiosk.

## Reviews

reviews-title = Reviews
reviews-waiting = Waiting for you
reviews-waiting-hint = The longest waiting first. None of these changes a record until you decide.
reviews-more = { $shown } of { $all } are shown. The others follow when these are settled.
reviews-empty = Nothing to decide
reviews-empty-hint = When the machine will not decide alone who somebody is, it asks here.
reviews-settled = Settled in the last 30 days
reviews-settled-empty = None yet
reviews-since = Since { $when }
reviews-settled-by = { $word }, { $initials }, { $when }
reviews-settled-alone = { $word }, { $when }
reviews-open-again = Undo
reviews-open-again-label = Undo: { $name }
reviews-open-again-what = { $name } waits for a decision again. What followed is undone: a linked record gives up the link and gets back what it held.
reviews-open-again-do = Undo and review again
reviews-opened-again = The review waits again, and what followed from it is undone.
word-same-person = Same person
word-different-person = Different person
word-rejected = Rejected
word-machine = Closed without a decision

settled-same-person = { $name } is linked.
settled-same-person-what = The record gets the contacts they proved.
settled-different-person = { $name } gets a record of their own.
settled-different-person-what = The records in question stay as they are.
settled-rejected = The review of { $name } is rejected.
settled-rejected-what = Nothing follows from it, and no record changes.
settled-undo = Undo

reason-title = Why you are asked
reason-several-records-agree = Several records have this name and date of birth
reason-several-records-agree-means = Only a person can tell which of them it is, or whether two of them are the same person.
reason-contact-on-another-record = The proven contact is on another record too
reason-contact-on-another-record-means = Another person with this mobile or email could be meant, such as a twin.
reason-name-and-date-agree-contact-differs = Name and date of birth agree, the contacts are new
reason-name-and-date-agree-contact-differs-means = They may have a new mobile and email. Or somebody knows this patient’s name and date of birth.
reason-contact-agrees-name-or-date-differs = The contact agrees, the name or date of birth does not
reason-contact-agrees-name-or-date-differs-means = It may be a changed name or a slip of the keys. Or a relative who shares the phone.
reason-date-agrees-name-similar = The date of birth agrees, and the name is like this one
reason-date-agrees-name-similar-means = The proven contacts are on no such record. It may be a nickname or another spelling, or somebody else.
reason-account-exists-with-other-contacts = There is an account for this name and date of birth, with other contacts
reason-account-exists-with-other-contacts-means = They may have forgotten it and have a new mobile or email. Its password was not touched.
reason-no-email = No email address is proven
reason-no-email-means = The mobile is proven. Everything else is yours to check with them at the desk.
reason-record-changed-meanwhile = The record was changed after it was matched
reason-record-changed-meanwhile-means = Nothing newer is overwritten. Look whether it is still the same person.
reason-record-not-written = The record could not be written
reason-record-not-written-means = None of the tries worked. Decide again, or type the change into the practice’s software.
reason-name-agrees-date-similar = The name agrees, and the date of birth is nearly this one
reason-name-agrees-date-similar-means = One of the two dates may be a slip of the keys, or the record has none.
reason-another-record-is-near = One record agrees, and another is nearly as likely
reason-another-record-is-near-means = Make sure that it is not the other one.
reason-record-marked = The record that agrees is marked
reason-record-marked-means = Somebody marked it, so that no machine links it alone.
reason-too-common-to-tell = Name, date and contact are too common here
reason-too-common-to-tell-means = Several people could give the same details.
reason-short-name-of-somebody-else = The name agrees only as a short form
reason-short-name-of-somebody-else-means = It is a child’s record, or the contact is shared, so it may be a relative.

## Review

review-gave = The patient gave
review-holds = The record holds
review-record = Record { $number } of { $count }
review-record-only = The record in question
review-none = No record is in question
review-none-hint = Look the patient up in the practice’s software before you decide.
review-not-searched = The practice’s software could not be asked. A record may be missing here.
review-outdated = The practice’s software could not be asked: this is a copy of an earlier day.
review-given-name = First name
review-family-name = Last name
review-dob = Date of birth
review-mobile = Telephone
review-email = Email
review-proven = proven
review-not-proven = not proven
review-missing-given = Not given
review-missing-held = Nothing there
review-same-person = Same person
review-same-person-what = { $name } is the person of this record: their account shows it, and it gets the contacts they proved.
review-same-person-undo = You can undo this for 30 days.
review-same-person-do = Link and update
review-or = Or
review-different = Different person
review-different-what = { $name } is the person of none of these records. They get a record of their own, and these stay as they are.
review-different-do = Make a new record
review-reject = Reject
review-reject-what = Nothing follows for { $name }: no record is linked, made or changed.
review-reject-do = Reject
review-settled-title = This review is settled
review-settled-hint = Go back to Reviews to see what was decided, or to undo it.
agreement-same = Same
agreement-similar = Similar
agreement-different = Different
agreement-missing = Missing

## Staff

staff-title = Staff
staff-you = you
staff-invite = Invite somebody
staff-invite-what = They get a link under which they choose a password. You give it to them.
staff-name = Name
staff-name-hint = As colleagues call them
staff-initials = Initials
staff-initials-hint = 2 to 4 letters, which no colleague has
staff-role = Role
staff-invite-do = Make the invitation
staff-link-title = The invitation
staff-link-hint = Send it to them yourself. It works once, for 72 hours, and is not shown again.
staff-copy = Copy the link
staff-copied = Copied
staff-link-done = Done
staff-again = Invite again
staff-again-label = Invite again: { $name }
staff-again-what = { $name } chooses a new password. The old one stops working now, and wherever they are signed in, they are signed out.
staff-again-do = Make a new invitation
staff-remove = Remove
staff-remove-label = Remove: { $name }
staff-remove-what = { $name } is signed out everywhere at once and can’t sign in any more. What they did stays in the log.
staff-remove-do = Remove
role-receptionist = Receptionist
role-receptionist-means = Helps patients and settles reviews
role-manager = Manager
role-manager-means = Also looks after staff
role-it = IT
role-it-means = Looks after the machines, sees no patients
standing-active = Signs in with a password
standing-invited = Invited, has no password yet
standing-invitation-expired = The invitation ran out

## There is a problem: what it is, and what to do

problem-fields = Something is missing
problem-fields-step = Look at the marked fields.
problem-not-let-in = These initials and this password don’t go together.
problem-not-let-in-step = Check both, then try again.
problem-locked = There were too many wrong tries.
problem-locked-step = Use another colleague’s help, or wait.
problem-not-signed-in = You are not signed in any more.
problem-not-signed-in-step = Sign in again.
problem-not-permitted = Your role does not have this.
problem-not-permitted-step = Ask a manager.
problem-not-found = It is not there any more.
problem-not-found-step = Go back to the list.
problem-changed = This was changed after it was shown to you.
problem-changed-step = It is shown as it is now. Look at it again, then decide.
problem-already-settled = A colleague was first to settle this review.
problem-already-settled-step = Go back to Reviews to see what they decided.
problem-digits = Those are not the digits on the kiosk.
problem-digits-step = Nobody was let in. Your colleague can press “Ask again”.
problem-not-possible = This can’t be done where things stand now.
problem-not-possible-step = It is shown as it is now, with what can be done.
problem-other-account = Another patient’s account shows this record.
problem-other-account-step = Find out with both patients whose it is, and settle it by hand.
problem-own-account = This patient’s account shows another record already.
problem-own-account-step = Look at that record first. If it is the wrong one, say “Different person” here.
problem-proven-later = The record has contacts that were proven after these.
problem-proven-later-step = They stay. Reject this review.
problem-under-way = A change of this patient’s record is not done yet.
problem-under-way-step = Come back in a few minutes. If it is to be entered by hand, tick it first.
problem-record-made = A record was made for this patient.
problem-record-made-step = If there are two now, join them in the practice’s own software.
problem-too-late = That is more than 30 days ago.
problem-too-late-step = Change the record in the practice’s own software.
problem-limit = Enough was sent for now.
problem-limit-step = More can be sent later.
problem-invitation = This invitation does not work any more.
problem-invitation-step = It was used, replaced, or is older than 72 hours. Ask a manager for a new one.
problem-last-manager = They are the last manager here.
problem-last-manager-step = Invite another manager first.
problem-days = Those days don’t work.
problem-days-step = Choose a first day and a last day. The last can’t come before the first.
problem-too-much = That is too much for one file.
problem-too-much-step = Choose fewer days, and save the rest as another file.
problem-busy = The portal needs a moment.
problem-busy-step = Wait a moment, then try again.
problem-kiosk = The portal does not accept this kiosk.
problem-kiosk-step = Whoever looks after the computers can join it again.
problem-unreachable = The portal can’t be reached.
problem-unreachable-step = Nothing was changed unless you see it here. Try again.
problem-unforeseen = Something went wrong, and it wasn’t you.
problem-unforeseen-step = Look again whether it was done, then try again. The portal’s log says more.
problem-retry = You can try again in { $seconds ->
    [one] 1 second
   *[other] { $seconds } seconds
}.
problem-retry-minutes = You can try again in { $minutes ->
    [one] 1 minute
   *[other] { $minutes } minutes
}.

## Fields, where colleagues need other words than patients

field-initials-missing = Enter the initials
field-staff-name-missing = Enter their name
field-email-missing = Enter the email address
field-mobile-missing = Enter the mobile number
field-password-missing = Enter a password
field-initials-malformed = Enter 2 to 4 letters, beginning with a letter, like AB
field-initials-taken = A colleague has these initials. Add a letter or a figure
field-too-long = Make it shorter
field-password-short = Make it longer: 8 letters or more
field-password-own = Leave out your name and initials
field-mobile-country = We can’t text that country. Enter another number

## Kiosks
kiosks-title = Kiosks
kiosks-none = No kiosk has joined yet
kiosks-none-hint = Whoever looks after the computers types this on the portal’s server.
kiosks-none-command = vestibule-portal kiosk enrol --name "…"
kiosk-here = This kiosk
kiosk-open = Open
kiosk-paused = Paused
kiosk-cleaning = Being cleaned, { $time }
kiosk-online = Online
kiosk-away-since = Not heard of since { $when }
kiosk-away-never = Never heard of
kiosk-away-hint = What you do here, it does once it is heard of again.
kiosk-in-use = Somebody is at it
kiosk-free = Nobody is at it
kiosk-version = Version { $version }
kiosk-kept = { $count ->
    [one] 1 person’s details are kept there: the portal was away
   *[other] { $count } people’s details are kept there: the portal was away
}
kiosk-restarts = Restarts once nobody is at it
kiosk-pause = Pause
kiosk-pause-done = { $name } takes nobody new. Whoever is at it carries on.
kiosk-resume = Open again
kiosk-resume-done = { $name } takes patients again.
kiosk-clean = Clean the screen
kiosk-clean-what = Clean { $name }? For two minutes nothing works that is touched there.
kiosk-clean-more = Whoever is at it is seen off, and what they typed is wiped. It works again by itself.
kiosk-clean-in-use = Somebody is at it now. They are seen off, and what they typed is wiped. It works again by itself.
kiosk-clean-here = This screen locks, and what a patient typed is wiped. It works again by itself.
kiosk-clean-do = Begin cleaning
kiosk-clean-done = { $name } is about to stop answering to touch. Wait until it says so, then wipe it.
kiosk-stop-cleaning = Stop cleaning
kiosk-stop-cleaning-done = { $name } answers to touch again in a moment.
kiosk-restart = Restart
kiosk-restart-what = Restart { $name }?
kiosk-restart-more = It begins anew once nobody is at it. Whoever is there finishes first.
kiosk-restart-do = Restart
kiosk-restart-done = { $name } restarts once nobody is at it.
kiosk-later = { $name } is not heard of. It does this once it is.

## Whether what patients proved reached the practice's records
sync-title = Practice records
sync-back = Back to Practice records
sync-empty = Everything has arrived
sync-empty-hint = What patients proved stands in the practice’s records.
sync-on-their-way = { $count ->
    [one] 1 change is on its way. It needs nobody.
   *[other] { $count } changes are on their way. They need nobody.
}
sync-nobody = Nothing needs you
sync-by-hand = { $count ->
    [one] 1 change to enter by hand
   *[other] { $count } changes to enter by hand
}
sync-by-hand-hint = The practice’s software can’t be reached from here. Type them in there, then tick them here.
sync-by-hand-open = Enter and tick
sync-trouble = Needs somebody
sync-trouble-hint = What these patients proved has not reached their record. The longest waiting first.
sync-trouble-more = { $shown } of { $all } are shown. The others follow when these are seen to.
sync-differing = Changed in the record since
sync-differing-hint = The record holds another value than the patient proved here. Often that is right, because somebody changed it later. If it looks wrong to you, review it.
sync-differs = The record holds another value now
sync-reference = Reference { $reference }
sync-since = Since { $when }
sync-retry = Try again
sync-retry-label = Try again: { $name }
sync-retry-what = The change for { $name } is made once more. If it fails again, it comes back here.
sync-retry-more = A review of it that waits ends. Nothing newer in the record is written over.
sync-retry-do = Try again
sync-retry-done = It is being tried again.
sync-review = Review
sync-review-label = Review: { $name }
sync-review-what = A review opens for { $name }. There you see what they proved beside what the record holds, and decide.
sync-review-more = Until then nothing changes.
sync-review-do = Open a review
sync-review-done = The review waits. Decide when you have looked at both.
sync-open-review = Open the review
sync-open-review-label = Open the review: { $name }
sync-journals = Kept at kiosks
sync-journals-hint = While the portal is away, a kiosk keeps what patients confirm and hands it over later.
sync-kept = { $count ->
    [0] Nothing waits there
    [one] Details of 1 patient wait there
   *[other] Details of { $count } patients wait there
}
sync-heard = Heard from: { $when }
sync-never-heard = Not heard from yet
sync-lost = { $count ->
    [one] Details of 1 patient were lost
   *[other] Details of { $count } patients were lost
}
sync-lost-new = { $count ->
    [one] 1 of them is new
   *[other] { $count } of them are new
}
sync-lost-known = You know of this
sync-know = I know
sync-know-label = I know: { $kiosk }
sync-know-what = You know that details kept at “{ $kiosk }” were lost, and who it was can’t be found here any more. Whoever asks at the desk registers again.
sync-know-more = It is no longer shown as new. Your initials are in the log.
sync-know-do = I know
sync-know-done = It is no longer shown as new.

trouble-record-changed = The record was changed after it was matched
trouble-record-changed-means = Nothing newer is written over. Look at both, then decide.
trouble-not-written = The record could not be written
trouble-not-written-means = No try went through. Try again when whoever looks after the computers says it is mended.
trouble-promise-unreadable = What was to be written can’t be read
trouble-promise-unreadable-means = The portal’s key was changed, or the data was. Try again when the key is right.
trouble-new-cannot-be-told = The practice’s software can’t tell whether they are new
trouble-new-cannot-be-told-means = It can’t be searched by everything. Look them up yourself, then decide.
trouble-refused = The practice’s software refuses these values
trouble-refused-means = Look whether it can hold them, such as a foreign number. Then try again.
trouble-record-gone = The record is not there any more
trouble-record-gone-means = It may have been joined with another. Look the patient up, then decide.
trouble-record-closed = The record is closed
trouble-record-closed-means = It is archived, or of somebody who died.
trouble-too-many-records = Too many records are like this one
trouble-too-many-records-means = No machine could look through them all.
trouble-not-kept = The practice’s software shows something else than was written
trouble-not-kept-means = Somebody or a rule there changed it at once.
trouble-not-understood = The practice’s software answers in an unknown form
trouble-not-understood-means = It may have been updated. Try again when whoever looks after the computers says it is mended.
trouble-in-review = Whose record it is has to be decided
trouble-in-review-means = The review says why you are asked.
trouble-waits-long = It has waited for more than a day
trouble-waits-long-means = It is still being tried. Tell whoever looks after the computers.

by-hand-title = To enter by hand
by-hand-hint = Type each into the practice’s software, then tick it here. The longest waiting first.
by-hand-empty = Nothing to enter
by-hand-empty-hint = Every change is entered.
by-hand-more = { $shown } of { $all } are shown. The others follow when these are ticked.
by-hand-update = Change this record
by-hand-create = Make a new record
by-hand-put-back = Give this record back what it held
by-hand-born = Born { $date }
by-hand-before = There now
by-hand-now = Enter
by-hand-nothing = Nothing
by-hand-clear = Nothing: clear the field
by-hand-name = Name
by-hand-dob = Date of birth
by-hand-mobile = Mobile
by-hand-home = Home telephone
by-hand-work = Work telephone
by-hand-email = Email
by-hand-copy = Copy
by-hand-copy-label = Copy: { $field }
by-hand-copied = Copied
by-hand-done = Done
by-hand-done-label = Done: { $name }
by-hand-done-what = Everything for { $name } is typed into the practice’s software.
by-hand-done-more = It is ticked with your initials and leaves this list.
by-hand-done-do = Yes, it is entered
by-hand-ticked = Ticked.

## Figures
figures-title = Figures
figures-range = Over how many days
figures-week = 7 days
figures-month = 30 days
figures-quarter = 90 days
figures-period = { $from } to { $to }
figures-save = Save as a file
figures-saved = Saved as { $name }
figures-in-all = In all
figures-started = Started
figures-finished = Finished
figures-share = { $share }%
figures-share-label = Finished, of those started
figures-reviews = Reviews
figures-help-calls = Calls for help
figures-none = Nobody registered in these days
figures-none-hint = Figures begin when a patient confirms their details at a kiosk.
figures-by-day = By day
figures-by-day-hint = A registration counts on the day it started, even when it is finished later.
figures-unfinished = Not finished
figures-table = Show as a table
figures-day = Day
figures-steps = Where people stop
figures-steps-hint = Counted from confirmed details on: the screens before that store nothing. “Stopped” are also those who stand there now.
figures-went-on = { $count ->
    [one] 1 went on
   *[other] { $count } went on
  }
figures-stopped = { $count ->
    [one] 1 stopped
   *[other] { $count } stopped
  }
figures-median = Half took { $time } or less
figures-by-kiosk = By kiosk
figures-kiosk = Kiosk
figures-no-kiosk = At the desk, or not known
figures-nobody = Only counts: nobody is named here, and the file names nobody either.
time-seconds = { $count ->
    [one] 1 second
   *[other] { $count } seconds
  }
time-minutes = { $count ->
    [one] 1 minute
   *[other] { $count } minutes
  }
time-hours = { $count ->
    [one] 1 hour
   *[other] { $count } hours
  }
step-code = Code
step-code-means = From confirmed details to the right code
step-password = Password
step-password-means = From the code to a password, or to the patient’s own phone
step-link = Link
step-link-means = From the email to its link being opened
step-terms = Terms
step-terms-means = From the open link to accepted terms

## Access log
log-title = Access log
log-hint = Who did or saw what. Nothing here can be changed, and reading it is written down too.
log-which = Whose lines
log-everything = Everything
log-by-staff = A colleague
log-by-patient = A patient
log-by-kiosk = A kiosk
log-staff = Which colleague
log-kiosk = Which kiosk
log-left = { $name } (left)
log-revoked = { $name } (no longer in use)
log-reference = Their reference
log-reference-hint = Such as HT7-2MW. It stands with the registration, under Today.
log-from = From
log-to = To
log-show = Show
log-lines = Lines
log-none = No lines
log-none-hint = Try other days, or another choice above. A reference is forgotten a week after its registration ended without success.
log-count = { $count ->
    [one] 1 line
   *[other] { $count } lines
  }
log-older = Show older ones
log-save = Save as a file
log-saved = Saved as { $name }
log-verify = Check that nothing was altered
log-whole = Nothing was altered or taken away.
log-whole-hint = { $sealed ->
    [one] 1 line was checked
   *[other] { $sealed } lines were checked
  }{ $waiting ->
    [0] .
    [one] ; 1 line of the last seconds is not sealed yet.
   *[other] ; { $waiting } lines of the last seconds are not sealed yet.
  }
log-broken = The access log was altered.
log-broken-at = The first places where it is not as it was sealed: { $places }.
log-broken-ends = Its beginning or its end is not as it was sealed.
log-broken-step = Tell whoever is responsible for data protection, and leave the database as it is. Save a file of the log now.
log-head = The newest seal, to compare with one written down before:
log-when = When
log-who = Who
log-what = What
log-at-kiosk = at { $kiosk }
log-about = about { $initials }
log-record = record { $record }
actor-patient = The patient
actor-kiosk = The kiosk
actor-portal = By itself
actor-staff = A colleague
purpose-help-patient = to help the patient
purpose-settle-review = to settle a review
purpose-register-patient = to register the patient
registration-log = Who has seen this
