# Texts and emails. Second person, present tense, no names, nothing the registrant typed.
# `sms-` messages must stay one GSM-7 segment (160 septets): straight quotes, no dashes longer than "-".

sms-code = { $code } is your code to register with your practice. It works for 10 minutes. Not at the desk any more? { $url }

layout-greeting = Hello,
layout-contact = Questions? Call { $practice } on { $phone }.
layout-not-you = If you did not ask for this, you can ignore this email. Nothing happens without you.

link-subject = Finish registering with { $practice }
link-lead = You registered for online access at { $practice }. One step is left: open this page and finish there.
link-action = Finish registering
link-note = The link works once, until { $until }. You need the password you chose, or your mobile phone if you have not chosen one yet.

reminder-subject = Your registration with { $practice } is waiting
reminder-lead = You started to register for online access at { $practice }. One step is still left.
reminder-action = Finish registering
reminder-note = The link works once, until { $until }. After that you can ask for a new one.

notice-old-contact-subject = Your contact details at { $practice } have changed
notice-old-contact-lead = The contact details { $practice } holds for you were changed. This address or number is no longer the one they write to first.
notice-old-contact-note = If this was you, there is nothing to do. If it was not, call { $practice } on { $phone }.
sms-old-contact = Your contact details at your practice were changed. If this was not you, call { $phone }.

notice-again-subject = Your online account at { $practice } was set up again
notice-again-lead = Someone registered for online access with your contact details and proved both your email and your mobile. Your account has a new password now.
notice-again-note = If this was you, there is nothing to do. If it was not, call { $practice } on { $phone } at once.

notice-linked-subject = Your online account at { $practice } is connected
notice-linked-lead = Reception at { $practice } has connected your online account to the record they keep about you.
notice-linked-note = If you did not register for online access, call { $practice } on { $phone } at once.
