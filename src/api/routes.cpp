#include "api/route.h"

#include <algorithm>
#include <array>

#include "api/resource/answers.h"
#include "base/sha256.h"
#include "score/score_run.h"

namespace tidemark {
namespace {

using enum Lane;
constexpr Access kAnyone = Access::none;
constexpr Access kRead = Access::read;
constexpr Access kWrite = Access::write;
constexpr Access kAdmin = Access::admin;
constexpr bool kStays = true;
constexpr bool kTakesFile = true;

// Below /api/v1. A part in braces stands for any text.
constexpr auto kRoutes = std::to_array<Route>({
    {"GET", "/openapi.json", kAnyone, at_once, answer::description},

    {"GET", "/session", kAnyone, quick, answer::session},
    {"POST", "/session", kAnyone, signing, answer::sign_in},
    {"DELETE", "/session", kAnyone, quick, answer::sign_out},
    {"POST", "/session/password", kRead, signing, answer::change_password},
    {"POST", "/invitations/accept", kAnyone, signing, answer::accept_invitation},

    {"GET", "/overview", kRead, quick, answer::overview, kStays},
    {"GET", "/movement", kRead, quick, answer::movement, kStays},
    {"GET", "/status", kRead, quick, answer::status},
    {"POST", "/publishing", kWrite, quick, answer::publish_now},
    {"GET", "/accounts", kRead, quick, answer::accounts},
    {"GET", "/accounts/{id}", kRead, events, answer::account},
    {"GET", "/accounts/{id}/score", kRead, locked, answer::account_score},
    {"GET", "/accounts/{id}/series", kRead, events, answer::account_series},
    {"GET", "/accounts/{id}/explanation", kRead, events, answer::account_explanation},
    {"GET", "/accounts/{id}/events", kRead, events, answer::account_events},
    {"GET", "/silenced", kRead, quick, answer::silenced},
    {"PUT", "/accounts/{id}/silence", kWrite, quick, answer::silence},
    {"DELETE", "/accounts/{id}/silence", kWrite, quick, answer::tell_again},
    {"GET", "/accounts/{id}/notes", kRead, quick, answer::notes},
    {"POST", "/accounts/{id}/notes", kWrite, quick, answer::add_note},
    {"DELETE", "/accounts/{id}/notes/{number}", kWrite, quick, answer::remove_note},
    {"GET", "/accounts/{id}/override", kRead, quick, answer::override_of},
    {"PUT", "/accounts/{id}/override", kWrite, quick, answer::set_override},
    {"DELETE", "/accounts/{id}/override", kWrite, quick, answer::remove_override},
    {"GET", "/overrides", kRead, quick, answer::overrides},
    {"GET", "/properties", kRead, slow, answer::properties, kStays},
    {"GET", "/exports/{what}", kRead, slow, answer::export_rows},

    {"GET", "/signals", kRead, slow, answer::signals},
    {"GET", "/definition", kRead, quick, answer::definition},
    {"PUT", "/definition", kWrite, locked, answer::publish_definition},
    {"POST", "/definition/check", kRead, quick, answer::check_definition},
    {"POST", "/definition/compare", kRead, slow, answer::compare_definition},
    {"POST", "/definition/what-if", kRead, slow, answer::what_if},
    {"POST", "/definition/roll-back", kWrite, locked, answer::roll_back_definition},
    {"GET", "/definition/versions", kRead, quick, answer::definition_versions},
    {"GET", "/definition/versions/{version}", kRead, quick, answer::definition_version},

    {"GET", "/calibrations", kRead, quick, answer::calibrations, kStays},
    {"GET", "/calibrations/{day}", kRead, slow, answer::calibration, kStays},
    {"POST", "/calibrations/adopt", kWrite, quick, answer::adopt_calibration},

    {"GET", "/evidence/backtest", kRead, slow, answer::backtest, kStays},
    {"GET", "/evidence/churn", kRead, slow, answer::churn, kStays},
    {"GET", "/evidence/learning", kRead, slow, answer::learning, kStays},
    {"GET", "/use", kRead, slow, answer::use, kStays},
    {"GET", "/risk", kRead, slow, answer::risk, kStays},

    {"GET", "/gaps", kRead, slow, answer::gaps},
    {"POST", "/gaps", kWrite, locked, answer::mark_gap},
    {"DELETE", "/gaps/{day}", kWrite, locked, answer::lift_gap},

    {"POST", "/imports", kWrite, locked, answer::import_file, !kStays, kTakesFile},
    {"GET", "/events", kRead, quick, answer::events},
    {"GET", "/rejects", kRead, quick, answer::rejects},
    {"POST", "/rejects/replay", kWrite, locked, answer::replay_rejects},
    {"GET", "/sources", kRead, quick, answer::sources},
    {"PUT", "/sources/{name}", kAdmin, quick, answer::pause_source},

    {"GET", "/destinations", kRead, quick, answer::destinations},
    {"POST", "/destinations", kAdmin, quick, answer::add_destination},
    {"PUT", "/destinations/{name}", kAdmin, quick, answer::change_destination},
    {"DELETE", "/destinations/{name}", kAdmin, quick, answer::remove_destination},
    {"POST", "/destinations/{name}/test", kAdmin, slow, answer::try_destination},
    {"POST", "/destinations/{name}/drift", kAdmin, slow, answer::destination_drift},
    {"POST", "/destinations/{name}/backfill", kAdmin, quick, answer::backfill_destination},
    {"GET", "/deliveries", kRead, quick, answer::deliveries},
    {"POST", "/deliveries/retry", kWrite, quick, answer::retry_deliveries},

    {"GET", "/plays", kRead, quick, answer::plays},
    {"PUT", "/plays", kWrite, quick, answer::write_plays},
    {"POST", "/plays/switch", kWrite, quick, answer::switch_play},
    {"GET", "/plays/preview", kRead, slow, answer::play_preview},
    {"GET", "/plays/effect", kRead, slow, answer::play_effect},
    {"GET", "/plays/firings", kRead, quick, answer::play_firings},
    {"PUT", "/plays/firings/{number}", kWrite, quick, answer::mark_firing},

    {"GET", "/identity", kRead, slow, answer::identity},
    {"PUT", "/identity/domains", kWrite, locked, answer::count_by_domain},
    {"POST", "/merges", kWrite, locked, answer::merge},
    {"DELETE", "/merges/{account}", kWrite, locked, answer::unmerge},
    {"POST", "/exclusions", kRead, slow, answer::exclusions},

    {"GET", "/users", kAdmin, quick, answer::people},
    {"POST", "/users", kAdmin, quick, answer::invite},
    {"PUT", "/users/{number}/role", kAdmin, quick, answer::change_role},
    {"DELETE", "/users/{number}", kAdmin, quick, answer::remove_person},
    {"DELETE", "/invitations/{email}", kAdmin, quick, answer::withdraw_invitation},
    {"GET", "/keys", kAdmin, quick, answer::keys},
    {"POST", "/keys", kAdmin, quick, answer::make_key},
    {"DELETE", "/keys/{hint}", kAdmin, quick, answer::revoke_key},
    {"GET", "/audit", kAdmin, quick, answer::audit},
});

/// Cuts the part before the next slash off.
std::string_view next_part(std::string_view& path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  const std::string_view part = path.substr(0, path.find('/'));
  path.remove_prefix(part.size());
  return part;
}

bool fits(std::string_view pattern, std::string_view path, std::vector<std::string>& parts) {
  parts.clear();
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = next_part(pattern);
    const std::string_view given = next_part(path);
    if (wanted.starts_with('{')) {
      if (given.empty()) return false;
      parts.push_back(decoded_path_text(given));
    } else if (wanted != given) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

constexpr std::string_view kCursorBegin = "a.";

}  // namespace

std::span<const Route> routes() { return kRoutes; }

FoundRoute find_route(std::string_view method, std::string_view path) {
  FoundRoute found;
  for (const Route& route : kRoutes) {
    std::vector<std::string> parts;
    if (!fits(route.path, path, parts)) continue;
    found.methods += (found.methods.empty() ? "" : ", ") + std::string(route.method);
    const bool is_asked = route.method == method || (route.method == "GET" && method == "HEAD");
    if (!is_asked || found.route != nullptr) continue;
    found.route = &route;
    found.parts = std::move(parts);
  }
  return found;
}

std::string cursor_after(std::string_view id) {
  return std::string(kCursorBegin) + encoded_base64(id);
}

std::string id_of_cursor(std::string_view cursor) {
  if (!cursor.starts_with(kCursorBegin)) return "";
  return decoded_base64(cursor.substr(kCursorBegin.size()));
}

Result<Store*> Question::moment(Desk& desk) {
  if (moment_ == nullptr) {
    auto made = desk.served.store.beside(Reads::one_moment);
    if (!made) return made.error();
    moment_ = *std::move(made);
  }
  return moment_.get();
}

Result<void> Question::record(Desk& desk, std::string action, std::string subject,
                              std::string before, std::string after) const {
  return desk.control().audit().add({0, desk.now(), caller.name, std::move(action),
                                     std::move(subject), std::move(before), std::move(after), ""});
}

Result<Ruling> ruling(Desk& desk) {
  auto definition = desk.served.read_definition();
  if (!definition) return definition.error();
  const auto zone = TimeZone::named(definition->time_zone);
  if (!zone) return zone.error();
  return Ruling{*std::move(definition), *zone};
}

Result<Ground> ground_of(Desk& desk, Question& question) {
  auto rules = ruling(desk);
  if (!rules) return rules.error();
  const auto store = question.moment(desk);
  if (!store) return store.error();
  return Ground{std::move(rules->definition), rules->zone, *store};
}

Result<Day> day_to_show(Desk& desk, Store& store, TimeZone zone) {
  const auto days = store.published_days();
  if (!days) return days.error();
  return days->empty() ? last_finished_day(desk.served.clock, zone) : days->back().day;
}

}  // namespace tidemark
