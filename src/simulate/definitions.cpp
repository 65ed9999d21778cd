#include "simulate/company.h"

namespace tidemark {

std::string company_definition() {
  return R"toml(# What engagement means for this product. After an edit: tidemark definition check, then tidemark definition diff.

name = "Default"
time_zone = "Europe/Berlin"     # days begin and end here
engaged_day_points = 1.0        # for every day with at least one action below

# Happens to an account rather than by it: not even activity.
not_activity = ["email_bounced"]

# Actions: what customers came for. Logins are activity, but earn nothing.
#   repeat = "diminishing"  points times the square root of the day's count (the default)
#            "every"        points times the count
#            "once"         points, however often
#   cap_per_day             counts above it earn nothing

[[action]]
name = "Report created"
when = { event = "report_created" }
points = 5.0

[[action]]
name = "Shared outside the team"
when = { event = "report_shared", where = [ { property = "channel", is = "external" } ] }
points = 8.0

[[action]]
name = "Shared within the team"
when = { event = "report_shared", unless = [ { property = "channel", is = "external" } ] }
points = 4.0

[[action]]
name = "Comment"
when = { event = "comment_added" }
points = 2.0
cap_per_day = 20

[[action]]
name = "Export"
when = { event = "export_run", unless = [ { property = "automatic", is = true } ] }
points = 3.0

[[action]]
name = "Dashboard scheduled"
when = { event = "dashboard_scheduled" }
points = 4.0
repeat = "once"

[[action]]
name = "Colleague invited"
when = { event = "invite_sent" }
points = 6.0

# Bots and our own people do not count.
[exclude]
users = ["*@bots.example", "*@tidemark.example"]
flags = ["impersonating"]
)toml";
}

std::string first_definition() {
  return R"toml(# What engagement means for your product. After an edit: tidemark definition check, then tidemark definition diff.

name = "Default"
time_zone = "UTC"               # days begin and end here, for example "Europe/Berlin"
engaged_day_points = 1.0        # for every day with at least one action below

# Events that happen to an account rather than by it: not even activity.
not_activity = ["email_bounced"]

# Actions: what customers came for. Events that no action names are activity, but earn nothing.
#   repeat = "diminishing"  points times the square root of the day's count (the default)
#            "every"        points times the count
#            "once"         points, however often
#   cap_per_day             counts above it earn nothing

[[action]]
name = "Report created"
when = { event = "report_created" }
points = 5.0

[[action]]
name = "Report shared"
when = { event = "report_shared" }
points = 8.0

# What else can be said; remove the # to use it. docs/definition.md explains each with examples.
#
# [[action]]
# name = "Shared outside the team"
# when = { event = "report_shared", where = [ { property = "channel", is = "external" } ] }
# points = 8.0
#
# [[milestone]]                 # done once, worth points for ever
# name = "Set up in the first week"
# when = { event = "setup_completed" }
# within_days = 7
# points = 10.0
#
# [tenure]
# points_per_30_days = 0.5
# at_most = 6.0
#
# [[trait]]                     # of a property imported with: tidemark import --accounts FILE
# property = "nps"
# bands = [ { at_least = 9, points = 4.0 }, { at_least = 7, points = 1.0 } ]
#
# [exclude]
# users = ["*@ourcompany.com"]
#
# [levels]
# by = "bands"                  # 0-10, or "fixed" cuts; without this levels are calibrated on accounts that left
# bands = { low = 3, medium = 6 }
)toml";
}

}  // namespace tidemark
