#include "deliver/deliveries_of.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/sha256.h"
#include "deliver/field_value.h"
#include "wire/json.h"

namespace tidemark {
namespace {

constexpr std::size_t kDigestLines = 10;
constexpr std::size_t kMailLines = 50;
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

/// Slack's three, which are HTML's too: else a name could ping a channel, or write a link.
std::string escaped_text(const std::string& text) {
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
      "*{}* {} → {}{}{}", escaped_text(move.account), level_name(*move.moved_from),
      level_name(move.level),
      move.chance ? fmt::format(", {:.0f} % chance of silence", *move.chance * 100) : "",
      move.reason.empty() ? "" : ": " + escaped_text(move.reason));
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

using Moves = std::vector<const AccountNews*>;

Json digest_message(const std::string& headline, const Moves& fell, const Moves& rose) {
  const auto section = [](const std::string& text) {
    return Json{{"type", "section"}, {"text", {{"type", "mrkdwn"}, {"text", text}}}};
  };
  Json blocks = Json::array();
  blocks.push_back(
      {{"type", "header"}, {"text", {{"type", "plain_text"}, {"text", headline.substr(0, 150)}}}});
  if (!fell.empty()) blocks.push_back(section(lines_of(fell)));
  if (!rose.empty()) blocks.push_back(section(lines_of(rose)));
  return {{"text", headline}, {"blocks", std::move(blocks)}};
}

/// One line, as it stands in a mail's text or subject.
std::string plain_line(std::string text) {
  std::ranges::replace_if(text, [](unsigned char letter) { return letter < ' '; }, ' ');
  return text;
}

constexpr std::string_view kPage =
    "<!doctype html><html lang=\"en\"><body style=\"font:15px/1.5 system-ui,sans-serif\">"
    "<h1 style=\"font-size:18px\">{}</h1>{}</body></html>";

Json digest_mail(const std::string& headline, const Moves& fell, const Moves& rose) {
  std::string text = headline + "\n";
  std::string page;
  const auto tell = [&](std::string_view title, const Moves& moves) {
    if (moves.empty()) return;
    text += fmt::format("\n{}\n", title);
    page += fmt::format(
        "<h2 style=\"font-size:15px\">{}</h2><table cellpadding=\"4\" "
        "style=\"border-collapse:collapse\"><tr><th align=\"left\">Account</th><th "
        "align=\"left\">Level</th><th align=\"left\">Chance of silence</th><th "
        "align=\"left\">Why</th></tr>",
        title);
    std::size_t shown = 0;
    for (const AccountNews* move : moves) {
      if (shown++ == kMailLines) break;
      const std::string levels =
          fmt::format("{} → {}", level_name(*move->moved_from), level_name(move->level));
      const std::string chance =
          move->chance ? fmt::format("{:.0f} %", *move->chance * 100) : std::string();
      text += plain_line(fmt::format("- {}: {}{}{}", move->account, levels,
                                     chance.empty() ? "" : ", " + chance + " chance of silence",
                                     move->reason.empty() ? "" : ": " + move->reason)) +
              "\n";
      page += fmt::format("<tr><td><b>{}</b></td><td>{}</td><td>{}</td><td>{}</td></tr>",
                          escaped_text(move->account), levels, chance, escaped_text(move->reason));
    }
    page += "</table>";
    if (moves.size() > kMailLines) {
      const std::string more = fmt::format("… and {} more", moves.size() - kMailLines);
      text += more + "\n";
      page += "<p>" + more + "</p>";
    }
  };
  tell("Fell", fell);
  tell("Rose", rose);
  return {{"subject", plain_line(headline)},
          {"text", text},
          {"html", fmt::format(kPage, escaped_text(headline), page)}};
}

}  // namespace

bool is_of_audience(const Destination& destination, const AccountNews& account) {
  std::map<std::string_view, bool> has;  // by property: one of its values
  for (const auto& [property, value] : destination.audience) {
    const auto found = account.properties.find(property);
    has[property] = has[property] || (found != account.properties.end() && found->second == value);
  }
  return std::ranges::all_of(has, [](const auto& entry) { return entry.second; });
}

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

std::vector<Parcel> digest_to_deliver(DestinationKind kind, const NewsOfDay& news) {
  if (news.moves.empty()) return {};
  std::vector<const AccountNews*> fell, rose;
  for (const AccountNews& move : news.moves) {
    (move.level < *move.moved_from ? fell : rose).push_back(&move);
  }
  const std::string headline =
      fmt::format("{}: {} fell, {} rose, {} active accounts", readable_day(news.day), fell.size(),
                  rose.size(), news.active_accounts);
  const Json body = kind == DestinationKind::email ? digest_mail(headline, fell, rose)
                                                   : digest_message(headline, fell, rose);
  return {delivery_of("digest", news.day, "", body)};
}

Parcel snapshot_to_deliver(Day day) { return delivery_of("file", day, "", Json::object()); }

Parcel firing_to_deliver(const Destination& destination, const Play& play,
                         const PlayFiring& firing) {
  const std::string message = firing.message.empty()
                                  ? fmt::format("{}: {}. {}", play.name, firing.account, play.ask)
                                  : firing.message;
  Json body;
  if (destination.kind == DestinationKind::slack) {
    std::string below = escaped_text(play.name);
    if (!firing.owner.empty()) below += " · " + escaped_text(firing.owner);
    const auto shown = [](const std::string& text) {
      return Json{{"type", "mrkdwn"}, {"text", text.substr(0, kMostSlackText)}};
    };
    body = {{"text", escaped_text(message)},
            {"blocks",
             {{{"type", "section"}, {"text", shown(escaped_text(message))}},
              {{"type", "context"}, {"elements", {shown(below)}}}}}};
  } else if (destination.kind == DestinationKind::email) {
    const std::string whose = firing.owner.empty() ? "" : fmt::format(" ({})", firing.owner);
    body = {{"subject", plain_line(fmt::format("{}: {}{}", play.name, firing.account, whose))},
            {"text", message + "\n"},
            {"html", fmt::format(kPage, escaped_text(play.name + whose),
                                 "<p>" + escaped_text(message) + "</p>")}};
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
      const auto value = FieldValue::parse(mapping.value);
      CHECK(value);  // as it was when the destination was made
      std::string text = value->of(account);
      // The reason is that of the last move; on other days there is none to give.
      if (value->source == "reason" && text.empty()) {
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
