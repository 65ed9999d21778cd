#include "play/builtin_plays.h"

namespace tidemark {

std::string_view builtin_plays() {
  return R"toml(# Which accounts get what, and when. Each is off until it is turned on: tidemark plays on "Rescue who fell from high".
# Before that, see what it would have done over the last 90 days: tidemark plays preview "Rescue who fell from high".

[[play]]
name = "Rescue who fell from high"
when = { falls_from = "high" }
do = "Call the person who used it most. Ask what changed, before you offer anything."
message = "{account} fell from {from} to {level} ({points} points): {reason}. {do}"
most_a_week = 20
hold_out_percent = 0

[[play]]
name = "Look after who may leave"
when = { chance_above = 60 }
do = "Find out who still uses it, and what for; book half an hour with them."
message = "{account} may fall silent, with a chance of {chance}: {reason}. {do}"
most_a_week = 20
again_after_days = 60

[[play]]
name = "Ask a champion for a review"
when = { rises_to = "high" }
do = "Ask for a review, a testimonial or a referral; offer the beta."
message = "{account} rose to high ({points} points). {do}"
most_a_week = 10
again_after_days = 180

[[play]]
name = "Offer more after the first high"
when = { rises_to = "high", first = true }
onboarded = true
do = "It has just found its way in and uses the product a lot: show what the next plan would bring."
message = "{account} is high for the first time. {do}"
most_a_week = 10
again_after_days = 365

[[play]]
name = "Show medium what others do"
when = { stays_in = "medium", for_days = 60 }
do = "Send the success story of a customer like it, for the role of the person who uses it most."
message = "{account} has been medium for 60 days. {do}"
most_a_week = 20
again_after_days = 180

[[play]]
name = "Help through the first steps"
when = { stays_in = ["low", "none"], for_days = 14 }
onboarded = false
with_new = true
do = "It has not done the first steps yet: send the mail that walks through the next one, or set it up together."
message = "{account} is {level} and has not done its first steps. {do}"
most_a_week = 20

[[play]]
name = "Help who stays low"
when = { stays_in = "low", for_days = 14 }
onboarded = true
do = "Look at what it tried and gave up; send the guide to that, or a short call."
message = "{account} has been low for two weeks, with {points} points. {do}"
most_a_week = 20

[[play]]
name = "Wake who only looks"
when = { stays_in = "none", for_days = 14 }
do = "People come, but do nothing of worth: a workshop, or a case study of what it is for."
message = "People of {account} come, but have done nothing that counts for two weeks. {do}"
most_a_week = 20

[[play]]
name = "Welcome back"
when = { rises_from = "inactive" }
do = "Say hello: ask what brought it back, and make sure that it finds that."
message = "{account} is active again. {do}"
most_a_week = 20
)toml";
}

}  // namespace tidemark
