### The kiosk's words in English. Reading age 9: short words, short sentences, what to do next.
### Never "please", "sorry", "invalid" or "oops". Never a hint whether we know the person.

## On every screen

nothing-yet = Welcome
sandbox-badge = Practice sandbox — not real patients
step = Step { $step } of { $steps }
step-check = Check your answers
step-done = All done
title-with-problem = There is a problem: { $title }
back = Back
continue = Continue
start-again = Start again
ask-for-help = Ask for help
close = Close
staff-open = Staff
try-again = Try again
language-choice = Choose your language
why-we-ask = Why we ask

## Make it easier to use

ease = Make it easier to use
ease-colours = Colours
ease-light = Light
ease-dark = Dark
ease-contrast = Strong contrast
ease-size = Size of words
ease-normal = Normal
ease-large = Large
ease-largest = Largest
ease-reset = Only for you: it goes back to normal for the next person.

## Joining a portal, for whoever looks after the practice's computers

connect-title = Join this kiosk to your portal
connect-hint = You do this once. Then patients can sign up here.
connect-again = This kiosk was joined before. A new code joins it again, to this portal or another.
connect-bar = Setting up
connect-how = Type this on the portal’s server, with a name that no other kiosk has. It shows a code that works once, for an hour.
connect-command = vestibule-portal kiosk enrol --name "…"
connect-address = Address of the portal
connect-address-hint = Like register.example.org
connect-code = Code
connect-next = Join
connect-code-refused = The portal does not know this code.
connect-code-refused-step = A code works once, for an hour. Check each sign, or make a new one: vestibule-portal kiosk enrol.
connect-unreachable = Nothing answers at this address.
connect-unreachable-step = Check the address, and that this machine is on the network. Then try again.
connect-slow = The portal took too long to answer.
connect-slow-step = The code may be used up by now. Try again; if it is not known any more, make a new one.
connect-not-trusted = This address shows a certificate that this machine does not trust.
connect-not-trusted-step = Check the address. If your practice has an authority of its own, name its file in VESTIBULE_PORTAL_CA and start the kiosk again.
connect-no-portal = Something answers at this address, but it is no Vestibule portal.
connect-no-portal-step = Check the address. A proxy on the way must pass everything on as it is.
connect-other-address = The portal answers, but it goes by another address.
connect-other-address-step = Type the address that stands under public_origin in the portal’s settings.
connect-other-mode = This portal and this kiosk are not of one mode: sandbox, trial or live.
connect-other-mode-step = Start the kiosk with the portal’s mode, or join another portal. The code is not used up.
connect-key-store = This machine’s key store can’t be used, so nothing was sent.
connect-key-store-step = Unlock it or start it, then try again. The code is not used up.
connect-not-kept = The portal said yes, but this machine’s key store kept nothing.
connect-not-kept-step = The code is used up. Put the key store right, then make a new code.

## Welcome

welcome-title = Sign up for our online service
welcome-lead = Do it here, now. It takes about 4 minutes.
welcome-need = Have your mobile phone with you. We’ll text you a code.
welcome-start = Start
welcome-privacy = How we use your details
welcome-help = Rather talk to someone? The desk can sign you up too.

privacy-title = How we use your details
privacy-draft = This is a draft. The practice has still to approve it.
privacy-desk = Questions? Ask at the desk or ring { $phone }.

## Name

name-title = What is your name?
name-hint = Use the name the practice knows you by.
name-why = It helps us find the right record, and only that one.
name-given = First name
name-family = Last name
name-only = Your name
name-one = I have only one name
name-two = I have a first and a last name

## Date of birth

dob-title = When were you born?
dob-hint = For example, 27 3 1985
dob-why = People share names. Your date of birth helps us tell you apart.
dob-day = Day
dob-month = Month
dob-year = Year

## Email

email-title = What is your email address?
email-hint = We’ll send you one email. You press a link in it.
email-why = It proves the address is yours. We don’t send adverts.
email-label = Email address
email-none = I don’t have one
email-typed = You typed
email-did-you-mean = Did you mean this?
email-use = Use it
email-keep = Keep mine

## Mobile

mobile-title = What is your mobile number?
mobile-hint = We’ll text you a code with 6 numbers.
mobile-why = It proves the phone is yours. The text costs you nothing.
mobile-label = Mobile number
mobile-none = I don’t have one

## Check your answers

check-title = Is this all right?
check-hint = Look it over. You can change anything.
check-why-title = What happens next
check-why = We text a code to your mobile. You type it here.
check-name = Name
check-dob = Date of birth
check-email = Email
check-mobile = Mobile
check-no-email = You don’t have one
check-change = Change
check-change-name = Change your name
check-change-dob = Change your date of birth
check-change-email = Change your email address
check-change-mobile = Change your mobile number
check-confirm = Yes, send me a code

## Code

code-title = Type the code we sent you
code-sent-to = We sent a text to
code-hint = It can take a minute to arrive. The code works for 10 minutes.
code-label = Code with 6 numbers
code-change-number = Change number
code-resend = Send a new code
code-resent = We sent a new code. Use the newest text.
code-resend-in = You can ask for another code in { $seconds ->
    [one] 1 second
   *[other] { $seconds } seconds
}.
code-resend-in-minutes = You can ask for another code in { $minutes ->
    [one] 1 minute
   *[other] { $minutes } minutes
}.
code-no-more = We can’t send more codes now. Ask for help, and the desk will finish this with you.
code-cannot-check = This code can’t be used any more. Ask for a new one.
code-check-in = You can try again in { $seconds ->
    [one] 1 second
   *[other] { $seconds } seconds
}.

## Password

password-title = Make a password
password-hint = Use 12 letters or more. Three words you’ll remember work well.
password-why = With it you sign in at home, on a phone or a computer.
password-label = New password
password-short = A bit short: { $more ->
    [one] 1 more letter or sign
   *[other] { $more } more letters or signs
}
password-short-aloud = A bit short. Use { $least } letters or signs, or more.
password-long-enough = Long enough
password-show = Show
password-hide = Hide
password-suggest = Suggest three words
password-suggested = Here are three words. Write them down, or change them.
password-on-phone = Do this on my own phone

## Done

done-title = That’s it. Now look at your email.
done-title-phone = That’s it. The rest is on your phone.
done-reference = Your reference
done-next = What happens next
done-next-open = Open the email we sent you. It can take a few minutes.
done-next-link = Press the link and type your password.
done-next-link-phone = Press the link and make your password.
done-next-terms = Read the terms and say yes. Then you’re in.
done-link-lasts = The email says how long the link works.
done-qr-title = No email?
done-qr-text = Point your phone’s camera here to put your email right.
done-qr-label = A square code for your phone’s camera. It opens { $url }
done-finish = Finish

## When our online service is away

kept-title = That’s all for now. We’ll text you.
kept-why = We can’t reach our online service right now. We’ve kept what you typed, locked away safely.
kept-next = What happens next
kept-next-wait = You don’t have to wait here.
kept-next-text = We’ll text your mobile when the service is back, in the daytime.
kept-next-phone = The text has a code and a web address. Carry on from there, on your phone.
kept-no-text = No text in 5 days? Ask at the desk, and tell them this reference.

## At the desk

desk-title = Let’s finish this at the desk
desk-title-start = Let’s do this at the desk
desk-reference = Your reference is
desk-show = Tell them this reference. You don’t have to explain.
desk-handed-over = Your mobile is checked. That was the long part. The desk does the rest with you.
desk-no-mobile = You can sign up without a mobile. The desk will do it with you.
desk-under16 = If you’re under 16, someone at the desk will help you sign up. It doesn’t take long.
desk-ended = This sign-up has ended, and nothing was changed. The desk can help, or you can start again.
desk-finish = Finish

## Ask for help

help-title = Help is at the desk
help-text = Go to the desk, or wave to someone there. Tell them this reference.
help-ringing-title = We’ve asked for help
help-ringing = Stay here. We’re asking someone to come to you.
help-coming-title = Someone is coming
help-coming = Stay here. Someone from the desk is on their way to you.
help-waiting = Making your reference…
help-without = Tell the desk that you were at this screen. They’ll know what to do.
help-stays = What you typed stays here until you come back or time runs out.
help-close = Carry on here

## Leave and time

leave-title = Start again from the beginning?
leave-text = We clear everything you typed.
leave-yes = Yes, clear it all
leave-no = No, carry on
idle-title = Are you still there?
idle-text = To keep your details private, this screen clears itself in { $seconds ->
    [one] 1 second
   *[other] { $seconds } seconds
}.
idle-more-time = I need more time
clears-in = This screen clears itself in { $seconds ->
    [one] 1 second
   *[other] { $seconds } seconds
}.
clears-in-minutes = This screen clears itself in { $minutes ->
    [one] 1 minute
   *[other] { $minutes } minutes
}.
idle-finish = I’m finished. Clear it now

## Staff paused this screen

paused-title = See reception to sign up
paused-text = Signing up on this screen is paused.

## Staff clean this screen

cleaning-title = This screen is being cleaned
cleaning-left = It works again in { $time }
cleaning-hint = Nothing you touch does anything until then.
cleaning-over = This screen works again.

## Out of service

out-title = The desk will sign you up today
out-text = This screen is having a rest. Go to the desk, and they’ll do it with you.
out-phone = Or ring { $phone }.
out-for-staff = For staff: { $reason }
out-key-store-missing = Start the machine’s key store, then start this kiosk again.
out-key-store-locked = Unlock the machine’s key store, then start this kiosk again.
out-key-store-silent = The machine’s key store does not answer. Start the machine again.
out-database-unreadable = The kiosk’s database can’t be opened. Its log says why.
out-database-too-new = A newer kiosk made the database. Install that version again.
out-database-other-mode = The database belongs to another mode. Start the kiosk with that mode.
out-address-taken = Another program uses the kiosk’s address. Stop it, then start this kiosk again.
out-folder-taken = Another program uses the kiosk’s data folder. Wait until it has ended, then start this kiosk again.
out-not-configured = This mode needs settings that are not there. The kiosk’s log says which.
out-live-needs-remote = Live mode needs a portal on a server. Set VESTIBULE_PORTAL=remote, then start this kiosk again.
out-authority-unreadable = The file named in VESTIBULE_PORTAL_CA can’t be read. Put it right, then start this kiosk again.
out-portal-other-mode = The portal is of another mode. Start the kiosk with the portal’s mode, or with --join-again to join another one.
out-test-link = No phone has opened the portal’s test link yet. On its server, type: vestibule-portal test-link.
out-not-accepted = The portal does not accept this kiosk. It is asked again every minute. If it should be joined again, start it with --join-again, and type a new code from: vestibule-portal kiosk enrol.
out-not-trusted = This machine does not trust the portal’s certificate. Put the certificate right, or the file named in VESTIBULE_PORTAL_CA. The kiosk looks again by itself.
out-other-address = The portal goes by another address now. Set public_origin back, or start the kiosk with --join-again and join it there.
out-no-portal = Something answers at the portal’s address, but it is no Vestibule portal. Look at the server, and at any proxy on the way. The kiosk looks again by itself.

## What is happening while you wait

doing-connect = Joining…
doing-start = Getting ready…
doing-check = One moment…
doing-confirm = Sending your code…
doing-code = Checking your code…
doing-resend = Sending a new code…
doing-change-number = Going back to your number…
doing-password = Saving your password…
doing-on-phone = Sending your email…
doing-words = Finding three words…
doing-desk = Making your reference…
doing-slow = Still working. It can take a few seconds more.

## Keyboard

keyboard = Keyboard
keyboard-show = Show the keyboard
key-shift = Capital letter
key-shift-word = Shift
key-backspace = Delete
key-space = Space
key-accents = Letters with accents
key-accents-word = á é ö
key-symbols = Numbers and signs
key-symbols-word = ?123
key-letters = Letters
key-letters-word = abc
key-at = At sign
key-dot = Full stop
key-comma = Comma
key-hyphen = Hyphen
key-underscore = Underscore
key-apostrophe = Apostrophe
key-plus = Plus
key-slash = Slash
key-backslash = Backslash
key-colon = Colon
key-semicolon = Semicolon
key-exclamation = Exclamation mark
key-question = Question mark
key-hash = Hash
key-pound = Pound sign
key-dollar = Dollar sign
key-percent = Per cent
key-ampersand = Ampersand
key-star = Star
key-equals = Equals
key-open = Open bracket
key-shut = Close bracket
key-quote = Quote mark

## There is a problem: what it is, and what to do

problem-title = There is a problem
problem-code-wrong = That is not the code we sent last.
problem-code-wrong-step = Look at the newest text. { $tries ->
    [one] You have 1 try left.
   *[other] You have { $tries } tries left.
}
problem-code-expired = That code is too old.
problem-code-expired-step = Ask for a new code, then type the newest one.
problem-code-tries = That code can’t be used any more.
problem-code-tries-step = Ask for a new code when the button comes up.
problem-number-tries = There were too many wrong codes for this number today.
problem-number-tries-step = Ask for help. The desk can finish this with you now.
problem-resend-soon = We sent a code a moment ago.
problem-resend-soon-step = Wait for the text. You can ask for another code soon.
problem-too-many-sends = We have sent enough codes for now.
problem-too-many-sends-step = Ask for help. The desk can finish this with you now.
problem-moved-on = This sign-up has moved on.
problem-moved-on-step = Start again, or ask for help.
problem-busy = Our service needs a moment.
problem-busy-step = What you typed is still here. Wait a moment, then try again.
problem-unreachable = We can’t reach our online service right now.
problem-unreachable-step = What you typed is still here. Try again, or ask for help.
problem-slow = This is taking longer than it should.
problem-slow-step = What you typed is still here. Try again, or ask for help.
problem-texts-unavailable = We can’t send text messages right now.
problem-journal-full = We can’t sign up more people on this screen for now.
problem-at-desk-step = Ask for help. The desk can do it with you.
problem-unforeseen = Something went wrong, and it wasn’t you.
problem-unforeseen-step = What you typed is still here. Try again, or ask for help.
problem-out-of-service = This screen can’t sign people up right now.
problem-out-of-service-step = Ask for help. The desk can do it with you.
problem-incident = For staff: { $incident }

## Fields

field-given-missing = Enter your first name
field-family-missing = Enter your last name
field-only-name-missing = Enter your name
field-dob-missing = Enter your date of birth
field-day-missing = Enter the day you were born
field-month-missing = Enter the month you were born
field-year-missing = Enter the year you were born
field-email-missing = Enter your email address
field-mobile-missing = Enter your mobile number
field-code-missing = Enter the code we sent you
field-password-missing = Make up a password and enter it
field-address-missing = Enter the address of your portal
field-enrolment-missing = Enter the code that the portal’s server shows
field-initials-missing = Enter your initials
field-staff-name-missing = Enter the name
field-name-too-long = Enter a shorter name
field-dob-too-long = Enter your date of birth in numbers, like 27 3 1985
field-email-too-long = Enter a shorter email address
field-mobile-too-long = Enter a mobile number, like 07700 900 982
field-code-too-long = Enter the 6 numbers in our text
field-password-too-long = Enter a password of at most 128 letters
field-name-character = Use only letters and signs that are in your name
field-name-letter = Enter a name with letters in it
field-date-not-real = Enter a real date, like 27 3 1985
field-year-four = Enter all 4 numbers of the year, like 1985
field-date-past = Enter a date in the past
field-date-long-ago = Check the year you were born
field-under16 = If you’re under 16, the desk will sign you up
field-email-address = Enter an email address, like sam@example.com
field-email-confusable = Type your email address again, with plain letters
field-mobile-number = Enter a mobile number, like 07700 900 982
field-mobile-landline = That is a home or work phone. Enter a mobile number, like 07700 900 982
field-mobile-premium = We can’t text that kind of number. Enter a mobile number, like 07700 900 982
field-mobile-pager = That is a pager. Enter a mobile number, like 07700 900 982
field-mobile-personal = Numbers that start with 070 can’t get our texts. Enter one like 07700 900 982
field-mobile-voip = That is an internet phone. Enter a mobile number, like 07700 900 982
field-mobile-country = We can’t text that country. Enter another number, or press “I don’t have one”
field-mobile-no-texts = That number can’t get texts. Enter a mobile number, like 07700 900 982
field-code-six = Enter all 6 numbers of the code
field-password-short = Make it longer: 12 letters or more
field-password-common = Many people use that password. Make up another one
field-password-guessable = That is easy to guess. Add a word that has nothing to do with it
field-password-own = Leave out your name, birthday, email and number
field-password-character = Use only letters, numbers and signs from the keyboard
field-address-origin = Enter an address like register.example.org, with nothing after it
field-address-https = Enter an address that starts with https, or only register.example.org
field-initials = Enter 2 to 4 letters, like AB
field-initials-taken = Somebody has these initials. Enter others
field-enrolment-whole = Enter all 12 signs of the code, like KT49-QFMD-7CXW
