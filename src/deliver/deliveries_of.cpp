#include "deliver/deliveries_of.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/sha256.h"
#include "wire/json.h"

namespace tidemark {
namespace {

constexpr std::size_t kDigestLines = 10;
constexpr std::size_t kMostSlackText = 2'900;  // of a section's 3,000

Json number_or_null(const std::optional<std::uint8_t>& number) {
  return number ? Json(*number) : Json();
}

std::string id_of(std::string_view kind, Day day, const std::string& subject) {
  constexpr std::size_t kLength = 24;
  return fmt::format("{}_{}", kind,
                     sha256(fmt::format("{}\n{}", day_text(day), subject)).substr(0, kLength));
}

/// Under an id that is the same whenever it is made.
Parcel delivery_of(std::string_view kind, Day day, const std::string& account, const Json& body) {
  Parcel delivery;
  delivery.id = id_of(kind, day, account);
  delivery.account = account;
  delivery.day = day;
  delivery.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return delivery;
}

/// Slack's three: else a name could ping a channel, or write a link.
std::string slack_text(const std::string& text) {
  std::string safe;
  for (const char letter : text) {
    if (letter == '&')
      safe += "&amp;";
    else if (letter == '<')
      safe += "&lt;";
    else if (letter == '>')
      safe += "&gt;";
    else
      safe += letter == '\n' ? ' ' : letter;
  }
  return safe;
}

std::string move_line(const AccountNews& move) {
  return fmt::format(
      "*{}* {} → {}{}{}", slack_text(move.account), level_name(*move.moved_from),
      level_name(move.level),
      move.chance ? fmt::format(", {:.0f} % chance of silence", *move.chance * 100) : "",
      move.reason.empty() ? "" : ": " + slack_text(move.reason));
}

std::string lines_of(const std::vector<const AccountNews*>& moves) {
  std::string text;
  std::size_t shown = 0;
  for (const AccountNews* move : moves) {
    const std::string line = move_line(*move) + "\n";
    if (shown == kDigestLines || text.size() + line.size() > kMostSlackText) break;
    text += line;
    ++shown;
  }
  if (shown < moves.size()) text += fmt::format("… and {} more", moves.size() - shown);
  return text;
}

/// What a field is given; CRMs take texts.
std::string value_text(const AccountNews& news, std::string_view value) {
  if (value == "level") return std::string(level_name(news.level));
  if (value == "score") return news.score ? std::to_string(*news.score) : "";
  if (value == "points") return fmt::format("{}", static_cast<double>(news.points.milli) / 1000);
  if (value == "since") return day_text(news.since);
  if (value == "chance") return news.chance ? fmt::format("{:.0f}", *news.chance * 100) : "";
  return news.reason;
}

}  // namespace

std::vector<Parcel> moves_to_deliver(const NewsOfDay& news) {
  std::vector<Parcel> deliveries;
  for (const AccountNews& move : news.moves) {
    const Json body = {{"type", "account.level_changed"},
                       {"timestamp", day_text(news.day) + "T23:59:59Z"},
                       {"data",
                        {{"account_id", move.account},
                         {"day", day_text(news.day)},
                         {"from", level_name(*move.moved_from)},
                         {"to", level_name(move.level)},
                         {"score", number_or_null(move.score)},
                         {"milli_points_before", move.points_before.milli},
                         {"milli_points", move.points.milli},
                         {"chance_of_silence", move.chance ? Json(*move.chance) : Json()},
                         {"reason", move.reason}}}};
    deliveries.push_back(delivery_of("move", news.day, move.account, body));
  }
  return deliveries;
}

std::vector<Parcel> digest_to_deliver(const NewsOfDay& news) {
  if (news.moves.empty()) return {};
  std::vector<const AccountNews*> fell, rose;
  for (const AccountNews& move : news.moves) {
    (move.level < *move.moved_from ? fell : rose).push_back(&move);
  }
  const std::string headline =
      fmt::format("{}: {} fell, {} rose, {} active accounts", readable_day(news.day), fell.size(),
                  rose.size(), news.active_accounts);
  const auto section = [](const std::string& text) {
    return Json{{"type", "section"}, {"text", {{"type", "mrkdwn"}, {"text", text}}}};
  };
  Json blocks = Json::array();
  blocks.push_back(
      {{"type", "header"}, {"text", {{"type", "plain_text"}, {"text", headline.substr(0, 150)}}}});
  if (!fell.empty()) blocks.push_back(section(lines_of(fell)));
  if (!rose.empty()) blocks.push_back(section(lines_of(rose)));
  return {delivery_of("digest", news.day, "", {{"text", headline}, {"blocks", std::move(blocks)}})};
}

Parcel firing_to_deliver(const Destination& destination, const Play& play,
                         const PlayFiring& firing) {
  const std::string message = firing.message.empty()
                                  ? fmt::format("{}: {}. {}", play.name, firing.account, play.ask)
                                  : firing.message;
  Json body;
  if (destination.kind == DestinationKind::slack) {
    std::string below = slack_text(play.name);
    if (!firing.owner.empty()) below += " · " + slack_text(firing.owner);
    const auto shown = [](const std::string& text) {
      return Json{{"type", "mrkdwn"}, {"text", text.substr(0, kMostSlackText)}};
    };
    body = {{"text", slack_text(message)},
            {"blocks",
             {{{"type", "section"}, {"text", shown(slack_text(message))}},
              {{"type", "context"}, {"elements", {shown(below)}}}}}};
  } else {
    body = {{"type", "play.due"},
            {"timestamp", day_text(firing.day) + "T23:59:59Z"},
            {"data",
             {{"play", play.name},
              {"account_id", firing.account},
              {"day", day_text(firing.day)},
              {"level", level_name(firing.level)},
              {"from", firing.moved_from ? Json(level_name(*firing.moved_from)) : Json()},
              {"milli_points", firing.points.milli},
              {"owner", firing.owner.empty() ? Json() : Json(firing.owner)},
              {"do", play.ask},
              {"reason", firing.reason},
              {"message", message}}}};
  }
  Parcel parcel = delivery_of("play", firing.day, firing.account, body);
  parcel.id = id_of("play", firing.day, play.name + "\n" + firing.account);
  return parcel;
}

Differences differences_to_deliver(const Destination& destination, const NewsOfDay& news,
                                   const std::map<std::string, std::string>& told) {
  Differences differences;
  for (const AccountNews& account : news.accounts) {
    const auto last = told.find(account.account);
    const Json before = last == told.end() ? Json::object() : Json::parse(last->second);
    Json fields = Json::object();
    bool differs = false;
    for (const FilledField& mapping : destination.fields) {
      std::string text = value_text(account, mapping.value);
      // The reason is that of the last move; on other days there is none to give.
      if (mapping.value == "reason" && text.empty()) {
        text = before.value(mapping.field, std::string());
        if (text.empty()) continue;
      }
      differs = differs || !before.contains(mapping.field) || before[mapping.field] != text;
      fields[mapping.field] = std::move(text);
    }
    // Whom nobody was ever told of, and who never did anything of late, is no news.
    if (last == told.end() && account.level == Level::inactive) continue;
    if (!differs) {
      differences.unchanged.push_back(account.account);
      continue;
    }
    Parcel delivery = delivery_of("state", news.day, account.account, fields);
    // A day may be told anew, under other fields.
    delivery.id = id_of("state", news.day, account.account + "\n" + delivery.body);
    differences.deliveries.push_back(std::move(delivery));
  }
  return differences;
}

}  // namespace tidemark
