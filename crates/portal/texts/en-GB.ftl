### Words of the pages a patient opens on their own phone.
### Second person, present tense, reading age 9. Buttons say what they do; errors say what to do.

## Every page

page-title = { $title } – { $practice }
page-title-error = Error: { $title } – { $practice }
skip-to-main = Skip to the main part
error-summary-title = There is a problem
error-prefix = Error:
sandbox-banner = Sandbox: no real patients
help-title = Stuck? We can help
help-call = Call { $practice } on
footer-privacy = How we use your details
footer-terms = Terms

## Finish on your phone: the mobile number

finish-title = Finish signing up
finish-lead = You started at the desk of { $practice }. You can finish here, on your own phone.
mobile-label = Your mobile number
mobile-hint = The one you gave at the desk. We text it a code.
finish-send = Send me a code
finish-have-code = I have a code already

## The code from the text message

code-from-text-title = Enter the code from our text
code-from-text-lead = You left the desk before you typed your code. You can do it here.
code-label = Your code
code-hint = Six numbers. It works for 10 minutes.
code-check = Continue
code-send-new = Send me a new code

## A code that was sent from this page

enter-code-title = Enter your code
enter-code-lead = If { $mobile } is a number you gave at the desk, a code is on its way. It takes up to a minute.
enter-code-lead-link = We sent a code to the mobile you gave at the desk. It takes up to a minute.
enter-code-sent-again = We sent another code. Only the newest one works.
enter-code-other-number = Use another number

## Create a password

create-password-title = Create a password
create-password-lead = You need it to open the link in our email, and to sign in later.
create-password-lead-link = You need it to sign in later.
password-label = Password
password-hint = At least 12 characters. Three words you can picture work well.
password-suggestion = Here is one we made up just now, for you alone:
password-suggestion-use = You may use it. Write it down or let your phone keep it.
create-password-keep = Keep this password

## We sent a link

link-sent-title = Open the email we sent
link-sent-lead = We sent a link to { $email }. Open it to finish signing up.
link-sent-new = A new link is on its way to { $email }. Only the newest link works.
link-sent-before-title = We sent you a link
link-sent-lifetime = { $hours ->
    [one] The link works for one hour.
   *[other] The link works for { $hours } hours.
}
link-sent-spam = Not there? Look in the folder for junk or spam.
link-sent-password = The link asks for the password you created.
link-sent-again = Send it again
link-sent-other-title = Is that not your email address?
email-label = Your email address
email-hint = We send the link there. The old link stops working.
link-sent-to-other = Send it to this address
link-sent-asked-here = You can ask for a new link from this page for 15 minutes.

## Several people on one mobile

choose-title = Who do you want to finish for?
choose-lead = More than one person is signing up with this mobile. Choose the reference from the desk.
choose-started = Started { $when }
choose-button = Finish { $reference }

## The link: password

link-password-title = Enter your password
link-password-lead = It is the one you created when you signed up with { $practice }.
link-password-continue = Continue
link-password-forgot-title = Do you not know the password?
link-password-forgot = { $practice } can help you start again. It takes about two minutes.

## The link: no password yet

link-fresh-code-title = Nearly done
link-fresh-code-lead = You are about to create your password. First we check that it is you.
link-fresh-code-why = We text a code to the mobile you gave at the desk.
link-fresh-code-send = Send me a code

## Terms

terms-title = Read and accept the terms
terms-lead = The last step. It takes about two minutes to read.
terms-accept = I accept
terms-decline = I don’t accept
terms-version = Version { $version }
terms-decline-explained = If you don’t accept, we do not set up online access. Your care stays the same.
privacy-title = How we use your details
terms-document-title = Terms

## Done

done-title = You’re registered
done-lead = { $practice } now knows that your mobile number and email address are yours.
done-next-title = What happens next
done-next-one = Reception may have a question first. If so, they get in touch with you.
done-next-two = Keep your password. You need it when you sign in.
done-next-three = Tell reception when your mobile or email changes.
done-close = You can close this page.

declined-title = You did not accept the terms
declined-lead = We do not set up online access for you. Your care at { $practice } stays the same.
declined-changed = Changed your mind? You can start again at the desk at any time.

## A test link, for whoever looks after the portal

test-link-title = This phone has found us
test-link-lead = Press the button. Then { $practice } knows that patients’ phones can find this page too.
test-link-open = Yes, I see this
test-link-why = Use mobile data. On the practice’s own network it proves little.
test-link-opened-title = It works
test-link-opened-lead = { $practice } knows now that phones reach it here. You can close this page.
test-link-dead-title = This test link no longer works
test-link-dead-lead = It is too old, or there is a newer one. Ask for another where the portal runs.

## Dead ends, each with a way on

link-used-title = This link has been used
link-used-lead = You finished signing up with it. There is nothing more to do.
link-used-not-you = Was that not you? Call us straight away.
link-expired-title = This link is too old
link-expired-lead = Links stop working after a while, to keep you safe.
link-superseded-title = There is a newer link
link-superseded-lead = We sent you a newer email. Open the link in that one, or ask for another.
link-locked-title = This link is closed
link-locked-lead = The password was wrong five times, so we closed it to keep you safe. You can start again at the desk.
link-ended-title = This link no longer works
link-ended-lead = This registration has ended. You can start again at the desk.
link-unknown-title = We don’t know this link
link-unknown-lead = Part of the address may be missing. Open the link from the email again, or copy all of it.
way-on-new-link = Send me a new link
way-on-finish = Go to “Finish signing up”

awaiting-terms-title = Open the link in our email
awaiting-terms-lead = You only have to accept the terms. Open the link in the email we sent to { $email } and enter your password.
desk-title = Let’s finish this at the desk
desk-lead = Show this reference to { $practice }, or read it out when you call.
desk-reference = Your reference
moved-on-title = This step is done or has ended
moved-on-lead = You may have finished it on another device. You can look where you are.
pass-expired-title = This page was open too long
pass-expired-lead = Nothing is lost. Ask for a new code and go on where you were.
enough-codes-title = That was the last code for now
enough-codes-lead = We have sent as many codes as we may. You can ask for another { $wait }.
busy-title = We need a moment
busy-lead = We have not lost anything. Go back and try again { $wait }.
unforeseen-title = This did not work
unforeseen-lead = It is our fault, not yours. Try again in a few minutes.
unforeseen-incident = If you call us, this number helps: { $incident }
not-found-title = This page does not exist
not-found-lead = Check the address in the text or the email we sent.
method-title = This page cannot be opened like that
method-lead = Open the link from the text or the email again.
host-title = This is not our address
host-lead = Open the link from the text or the email we sent.
form-title = We could not read that
form-lead = Go back and try once more.

in-seconds = { $count ->
    [one] in one second
   *[other] in { $count } seconds
}
in-minutes = { $count ->
    [one] in one minute
   *[other] in { $count } minutes
}
in-hours = { $count ->
    [one] in one hour
   *[other] in { $count } hours
}

## What to do about a field

mobile-missing = Enter your mobile number
mobile-not-a-number = Enter a mobile number, like 07700 900 982
mobile-landline = That is a landline. Enter a mobile number: we text it a code
mobile-no-texts = That number cannot get our texts. Enter your own mobile number
mobile-country = We can only text UK mobiles. Enter one, or call us
code-missing = Enter the code from our text
code-six-digits = The code is six numbers. Enter all six
code-wrong = That is not the newest code. Check our last text and enter it again
code-expired = That code is too old. Ask for a new one
code-tries-used-up = That was tried too often. Ask for a new code, or call us
code-too-soon = We sent a code a moment ago. You can ask for another { $wait }.
password-missing = Enter your password
password-wrong = { $tries ->
    [one] That is not the password. You can try once more
   *[other] That is not the password. You can try { $tries } more times
}
password-too-short = Use at least 12 characters. Three words work well
password-too-long = Use 128 characters or fewer
password-common = Many people use that password. Choose one that is only yours
password-guessable = That password is easy to guess. Add a word
password-own-details = Leave out your name, birthday, email and mobile
password-character = Leave out the character your keyboard cannot type
email-missing = Enter your email address
email-not-an-address = Enter an email address, like name@example.com
email-confusable = That address mixes letters that look alike. Type it again
email-too-long = That address is too long. Check it and type it again
field-not-asked = Check what you typed
