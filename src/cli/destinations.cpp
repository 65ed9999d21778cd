#include <cstdlib>
#include <iostream>
#include <memory>

#include <fmt/format.h>

#include "cli/command.h"
#include "cli/interruption.h"
#include "cli/live_workspace.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "deliver/backfill.h"
#include "deliver/destination_json.h"
#include "deliver/drift.h"
#include "deliver/kinds.h"
#include "deliver/new_destination.h"
#include "deliver/webhook_signature.h"
#include "report/words.h"
#include "wire/json.h"
#include "wire/timestamp.h"

namespace tidemark {
namespace {

struct DestinationOptions {
  std::string name;
  std::string kind;
  std::string url;
  std::string secret_file;
  std::string id_field = "account_id";
  std::vector<std::string> fields;
  bool allows_private = false;
  std::vector<std::string> where;
  std::string sender;
  std::vector<std::string> recipients;
  std::string why;
  std::string rhythm;
  std::string format;
  std::string state;
  int limit = 50;
  std::optional<std::int64_t> number;
  bool as_json = false;
};

/// What the commands of destinations need: the control data alone, as a server may have the store.
struct Office {
  std::unique_ptr<Control> control;
  Vault vault;
};

Result<Office> office_of(const Invocation& invocation) {
  auto control = open_control(invocation.folder);
  if (!control) return control.error();
  auto vault = Vault::open(invocation.folder / "secret.key");
  if (!vault) return vault.error();
  return Office{*std::move(control), *std::move(vault)};
}

/// From a file, or the environment: on a command line others would see it.
Result<std::string> given_secret(const DestinationOptions& options) {
  std::string secret;
  if (options.secret_file == "-") {
    std::getline(std::cin, secret);
  } else if (!options.secret_file.empty()) {
    auto text = read_text(options.secret_file);
    if (!text) return text.error();
    secret = *std::move(text);
  } else if (const char* from_environment = std::getenv("TIDEMARK_SECRET")) {
    secret = from_environment;
  }
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  if (secret.find_first_of("\r\n") != std::string::npos) {
    return Error{ErrorKind::invalid_input, "a secret is one line"};
  }
  return secret;
}

/// The last published day, from the server that has the store open or from the store itself.
Result<std::optional<Day>> last_published_day(const Invocation& invocation) {
  const auto status = ask_workspace(
      invocation.folder, {.path = "/api/v1/status"}, [](Workspace& workspace) -> Result<Json> {
        const auto days = workspace.store->published_days();
        if (!days) return days.error();
        return Json{{"last_published", days->empty() ? Json() : Json(day_text(days->back().day))}};
      });
  if (!status) return status.error();
  const auto day = status->find("last_published");
  if (day == status->end() || !day->is_string()) return std::optional<Day>();
  return parse_day(day->get<std::string>());
}

Result<void> add_destination(const Invocation& invocation, const DestinationOptions& options) {
  const auto kind = kind_named(options.kind);
  if (!kind) return kind.error();
  auto secret = given_secret(options);
  if (!secret) return secret.error();
  if (secret->empty() && kind_of(*kind).needs_secret) {
    return Error{
        ErrorKind::invalid_input,
        fmt::format("give {} by --secret-file, or in TIDEMARK_SECRET", kind_of(*kind).secret)};
  }
  auto fields = fields_of(options.fields);
  if (!fields) return fields.error();
  auto audience = audience_of(options.where);
  if (!audience) return audience.error();
  const auto rhythm = options.rhythm.empty() ? Rhythm::day : rhythm_named(options.rhythm);
  if (!rhythm) return rhythm.error();
  const auto format = options.format.empty() ? FileFormat::csv : format_named(options.format);
  if (!format) return format.error();
  const auto published_until = last_published_day(invocation);
  if (!published_until) return published_until.error();
  auto office = office_of(invocation);
  if (!office) return office.error();
  const auto ready =
      make_destination({options.name, *kind, options.url, *secret, options.id_field,
                        *std::move(fields), options.allows_private, *std::move(audience),
                        options.sender, options.recipients, *rhythm, *format, *published_until},
                       office->vault, invocation.clock.now());
  if (!ready) return ready.error();
  const auto& [destination, made] = *ready;
  auto added = office->control->as_one([&]() -> Result<void> {
    if (auto kept = office->control->outbox().add(destination); !kept) return kept;
    return note_change(*office->control, invocation.clock, "destination.add", destination.name);
  });
  if (!added) return added;
  if (options.as_json) {
    print("{}\n",
          Json{{"name", destination.name}, {"secret", made.empty() ? Json() : Json(made)}}.dump(1));
    return {};
  }
  print("{} is a destination. ", destination.name);
  if (!made.empty()) {
    print("It signs with this secret, shown this once; give it to the receiver:\n\n{}\n\n", made);
  }
  print(
      "See that it is reached: tidemark destinations test {}\n"
      "See what would be written: tidemark deliver --dry-run\n",
      visible(destination.name));
  return {};
}

std::string state_words(const Destination& destination) {
  if (!destination.is_paused) return "on";
  return destination.why_paused.empty() ? "paused" : "paused: " + destination.why_paused;
}

Result<void> list_destinations(const Invocation& invocation, const DestinationOptions& options) {
  auto office = office_of(invocation);
  if (!office) return office.error();
  Outbox& outbox = office->control->outbox();
  const auto destinations = outbox.destinations();
  if (!destinations) return destinations.error();
  Json json = Json::array();
  Table table({{"Name"},
               {"Kind"},
               {"waiting", Table::Align::right},
               {"delivered", Table::Align::right},
               {"refused", Table::Align::right},
               {"State"}});
  for (const Destination& one : *destinations) {
    const auto counts = outbox.counts(one.name);
    if (!counts) return counts.error();
    json.push_back(destination_json(one, *counts));
    table.add({visible(one.name), std::string(kind_of(one.kind).name),
               std::to_string(counts->waiting), std::to_string(counts->delivered),
               std::to_string(counts->dead), visible(state_words(one))});
  }
  if (options.as_json) {
    print("{}\n", json.dump(1));
  } else if (destinations->empty()) {
    print(
        "No destinations yet; make one: tidemark destinations add hook --kind webhook --url "
        "https://example.com/hook\n");
  } else {
    print("{}", table.text(invocation.terminal));
  }
  return {};
}

Result<void> try_destination(const Invocation& invocation, const DestinationOptions& options) {
  auto office = office_of(invocation);
  if (!office) return office.error();
  const auto destination = office->control->outbox().destination(options.name);
  if (!destination) return destination.error();
  const auto tried = test_destination(*destination, office->vault, invocation.clock,
                                      {.folder = invocation.folder});
  if (!tried) return tried.error();
  print("{}\n\n", tried->letter);
  if (!tried->problem.empty()) {
    return Error{ErrorKind::unavailable, "it was not taken: " + visible(tried->problem)};
  }
  print("It was taken{}.\n", tried->status == 0 ? "" : fmt::format(": {}", tried->status));
  return {};
}

Result<void> rotate_secret(const Invocation& invocation, const DestinationOptions& options) {
  auto office = office_of(invocation);
  if (!office) return office.error();
  auto destination = office->control->outbox().destination(options.name);
  if (!destination) return destination.error();
  auto secret = given_secret(options);
  if (!secret) return secret.error();
  const bool signs = destination->kind == DestinationKind::webhook;
  const bool is_made = signs && secret->empty();
  if (is_made) *secret = make_signing_secret();
  if (signs) {
    if (auto right = check_signing_secret(*secret); !right) return right;
    destination->previous_secret = destination->secret;
  } else if (secret->empty()) {
    return Error{ErrorKind::invalid_input,
                 fmt::format("give {} by --secret-file", kind_of(destination->kind).secret)};
  }
  destination->secret = office->vault.sealed(*secret);
  auto changed = office->control->as_one([&]() -> Result<void> {
    if (auto kept = office->control->outbox().change(*destination); !kept) return kept;
    return note_change(*office->control, invocation.clock, "destination.rotate", options.name);
  });
  if (!changed) return changed;
  if (is_made) {
    print(
        "{}\n\nThe new secret, shown this once. What is sent is signed with it and with the one "
        "before, until the next rotation.\n",
        *secret);
  }
  return {};
}

/// What is not named stays.
Result<void> change_destination(const Invocation& invocation, const DestinationOptions& options,
                                bool is_for_all) {
  DestinationChange change;
  if (!options.fields.empty()) {
    auto fields = fields_of(options.fields);
    if (!fields) return fields.error();
    change.fields = *std::move(fields);
  }
  if (!options.where.empty() || is_for_all) {
    auto audience = audience_of(options.where);
    if (!audience) return audience.error();
    change.audience = *std::move(audience);
  }
  if (!options.sender.empty()) change.sender = options.sender;
  if (!options.recipients.empty()) change.recipients = options.recipients;
  if (!options.rhythm.empty()) {
    const auto rhythm = rhythm_named(options.rhythm);
    if (!rhythm) return rhythm.error();
    change.rhythm = *rhythm;
  }
  if (!options.format.empty()) {
    const auto format = format_named(options.format);
    if (!format) return format.error();
    change.format = *format;
  }
  auto office = office_of(invocation);
  if (!office) return office.error();
  Outbox& outbox = office->control->outbox();
  return office->control->as_one([&]() -> Result<void> {
    auto destination = outbox.destination(options.name);
    if (!destination) return destination.error();
    const auto other = changed(*std::move(destination), change);
    if (!other) return other.error();
    if (auto kept = outbox.change(*other); !kept) return kept;
    return note_change(*office->control, invocation.clock, "destination.change", options.name);
  });
}

Result<void> show_drift(const Invocation& invocation, const DestinationOptions& options,
                        bool repairs) {
  auto office = office_of(invocation);
  if (!office) return office.error();
  Outbox& outbox = office->control->outbox();
  const auto destination = outbox.destination(options.name);
  if (!destination) return destination.error();
  const Interruption interruption;
  const auto drift = drift_of(outbox, office->vault, *destination, invocation.clock,
                              [&] { return !interruption.is_asked(); });
  if (!drift) return drift.error();
  std::int64_t repaired = 0;
  if (repairs) {
    auto done = office->control->as_one([&]() -> Result<void> {
      const auto count = repair(outbox, *destination, *drift, invocation.clock.now());
      if (!count) return count.error();
      repaired = *count;
      return note_change(*office->control, invocation.clock, "destination.repair", options.name);
    });
    if (!done) return done;
  }
  if (options.as_json) {
    Json json = drift_json(*drift);
    json["repaired"] = repaired;
    print("{}\n", json.dump(1));
    return {};
  }
  Table table({{"Account"}, {"Field"}, {"told"}, {"holds"}});
  for (const DriftedAccount& account : drift->accounts) {
    if (account.is_missing) table.add({visible(account.account), "", "", "does not know it"});
    for (const DriftedField& field : account.fields) {
      table.add({visible(account.account), visible(field.field), visible(field.told),
                 field.held.empty() ? "nothing" : visible(field.held)});
    }
  }
  if (!drift->accounts.empty()) print("{}\n", table.text(invocation.terminal));
  print("{} of {} differ{}.\n", drift->accounts.size(),
        counted(drift->compared, "account", "accounts"),
        drift->waiting > 0 ? fmt::format("; of {} more news waits", drift->waiting) : "");
  if (repairs) {
    print("{} told again.\n", counted(repaired, "account is", "accounts are"));
  } else if (!drift->accounts.empty()) {
    print("Write what they were told once more: tidemark destinations drift {} --repair\n",
          visible(options.name));
  }
  return {};
}

Result<void> silence(const Invocation& invocation, const DestinationOptions& options) {
  if (options.why.empty()) {
    return Error{ErrorKind::invalid_input, "say why, for whoever looks at it later: --why"};
  }
  auto office = office_of(invocation);
  if (!office) return office.error();
  return office->control->as_one([&]() -> Result<void> {
    auto kept = office->control->outbox().silence(
        {options.name, options.why, "command line", invocation.clock.now()});
    if (!kept) return kept;
    return note_change(*office->control, invocation.clock, "account.silence", options.name);
  });
}

Result<void> tell_again(const Invocation& invocation, const DestinationOptions& options) {
  auto office = office_of(invocation);
  if (!office) return office.error();
  return office->control->as_one([&]() -> Result<void> {
    if (auto done = office->control->outbox().tell_again(options.name); !done) return done;
    return note_change(*office->control, invocation.clock, "account.tell_again", options.name);
  });
}

Result<void> list_silenced(const Invocation& invocation, const DestinationOptions& options) {
  auto office = office_of(invocation);
  if (!office) return office.error();
  const auto silenced = office->control->outbox().silenced();
  if (!silenced) return silenced.error();
  Json json = Json::array();
  Table table({{"Account"}, {"Since"}, {"By"}, {"Why"}});
  for (const Silenced& one : *silenced) {
    json.push_back(silenced_json(one));
    table.add({visible(one.account), timestamp_text(one.since).substr(0, 10), visible(one.by),
               visible(one.why)});
  }
  if (options.as_json) {
    print("{}\n", json.dump(1));
  } else if (silenced->empty()) {
    print("Every account is told of.\n");
  } else {
    print("{}", table.text(invocation.terminal));
  }
  return {};
}

Result<void> list_deliveries(const Invocation& invocation, const DestinationOptions& options) {
  auto office = office_of(invocation);
  if (!office) return office.error();
  const auto state = parcel_state_named(options.state);
  const auto deliveries = office->control->outbox().deliveries(options.name, state, options.limit);
  if (!deliveries) return deliveries.error();
  Json json = Json::array();
  Table table({{"No."},
               {"Destination"},
               {"Day"},
               {"Account"},
               {"State"},
               {"tries", Table::Align::right},
               {"what it said"}});
  for (const Parcel& one : *deliveries) {
    json.push_back(parcel_json(one));
    table.add({std::to_string(one.number), visible(one.destination), day_text(one.day),
               !one.account.empty()          ? visible(one.account)
               : one.id.starts_with("file_") ? "all accounts"
                                             : "digest",
               std::string(parcel_state_name(one.state)), std::to_string(one.attempts),
               visible(one.problem)});
  }
  if (options.as_json) {
    print("{}\n", json.dump(1));
  } else if (deliveries->empty()) {
    print("Nothing to deliver, and nothing delivered.\n");
  } else {
    print("{}", table.text(invocation.terminal));
  }
  return {};
}

Result<void> change_state(const Invocation& invocation, const std::string& action,
                          const DestinationOptions& options) {
  auto office = office_of(invocation);
  if (!office) return office.error();
  Outbox& outbox = office->control->outbox();
  return office->control->as_one([&]() -> Result<void> {
    auto done = action == "pause"    ? outbox.pause(options.name, "")
                : action == "resume" ? outbox.resume(options.name)
                                     : outbox.remove(options.name);
    if (!done) return done;
    return note_change(*office->control, invocation.clock, "destination." + action, options.name);
  });
}

Result<void> backfill_destination(const Invocation& invocation, const DestinationOptions& options) {
  auto office = office_of(invocation);
  if (!office) return office.error();
  Outbox& outbox = office->control->outbox();
  std::int64_t told = 0;
  auto done = office->control->as_one([&]() -> Result<void> {
    const auto destination = outbox.destination(options.name);
    if (!destination) return destination.error();
    const auto count = backfill(outbox, *destination, invocation.clock.now());
    if (!count) return count.error();
    told = *count;
    return note_change(*office->control, invocation.clock, "destination.backfill", options.name);
  });
  if (!done) return done;
  print("{} made once more, behind what is new.\n", counted(told, "delivery is", "deliveries are"));
  return {};
}

Result<void> retry_refused(const Invocation& invocation, const DestinationOptions& options) {
  auto office = office_of(invocation);
  if (!office) return office.error();
  if (auto known = office->control->outbox().destination(options.name); !known) {
    return known.error();
  }
  const auto count =
      office->control->outbox().retry(options.name, options.number, invocation.clock.now());
  if (!count) return count.error();
  print("{} tried again.\n", counted(*count, "delivery is", "deliveries are"));
  return {};
}

}  // namespace

RunCommand declare_destinations(CLI::App& app) {
  app.footer(
      "Examples:\n"
      "  tidemark destinations add hook --kind webhook --url https://example.com/tidemark\n"
      "  tidemark destinations add crm --kind hubspot --secret-file hubspot.key\n"
      "  tidemark destinations add team --kind slack --secret-file slack.url\n"
      "  tidemark destinations add monday --kind email --url smtps://mail.example.com --from "
      "tidemark@example.com --to success@example.com --secret-file mail.key\n"
      "  tidemark destinations add lake --kind files --format parquet --every week\n"
      "  tidemark destinations change crm --field 'health=level|title' --where plan=enterprise\n"
      "  tidemark destinations silence acme --why 'in legal dispute; ask Mara'\n"
      "  tidemark destinations pause crm\n"
      "  tidemark destinations deliveries --state refused\n"
      "All of it: docs/deliver.md");
  app.require_subcommand(1);
  auto options = std::make_shared<DestinationOptions>();
  const auto of_one = [&](const char* name, const char* words) {
    CLI::App* sub = app.add_subcommand(name, words);
    sub->add_option("NAME", options->name, "The destination")->required();
    return sub;
  };
  CLI::App* add = of_one("add", "Make one");
  add->add_option("--kind", options->kind, names_of_kinds())->required();
  add->add_option("--url", options->url, "Where it is")->type_name("URL");
  add->add_option("--secret-file", options->secret_file,
                  "What lets in, or signs; - reads it from standard input. Else TIDEMARK_SECRET")
      ->type_name("FILE");
  add->add_option("--id-field", options->id_field, "The CRM's unique property with account ids")
      ->capture_default_str();
  const auto add_settings = [&](CLI::App* sub) {
    sub->add_option("--field", options->fields,
                    "FIELD=VALUE: a field of the CRM and what it is given: level, score, points, "
                    "since, chance, reason, property.NAME, and behind a bar what is made of it: "
                    "level|title; may be repeated")
        ->type_name("FIELD=VALUE");
    sub->add_option("--where", options->where,
                    "PROPERTY=VALUE: only accounts like this; may be repeated: of one property any "
                    "value, of several all")
        ->type_name("PROPERTY=VALUE");
    sub->add_option("--from", options->sender, "The address e-mails are from")
        ->type_name("ADDRESS");
    sub->add_option("--to", options->recipients, "An address they are sent to; may be repeated")
        ->type_name("ADDRESS");
    sub->add_option("--every", options->rhythm,
                    "How often a file is written: of each day, of Sundays (week), of the last days "
                    "of months")
        ->type_name("day|week|month");
    sub->add_option("--format", options->format, "Of files")->type_name("csv|parquet");
  };
  add_settings(add);
  add->add_flag("--allow-private", options->allows_private,
                "Let it be within a private network, or this machine");
  CLI::App* change = of_one("change", "Change what it is told, and of whom; the rest stays");
  add_settings(change);
  const auto is_for_all = std::make_shared<bool>(false);
  change->add_flag("--all-accounts", *is_for_all, "Of every account again");
  CLI::App* list = app.add_subcommand("list", "Where is delivered to, and how it stands");
  CLI::App* test = of_one("test", "Send a test record, and show the request and the answer");
  CLI::App* drift = of_one("drift", "Compare what it holds with what it was told");
  const auto repairs = std::make_shared<bool>(false);
  drift->add_flag("--repair", *repairs, "Write what differs once more");
  CLI::App* silencing = app.add_subcommand(
      "silence", "Tell nothing of an account to anybody, and let no play be due for it");
  silencing->add_option("ACCOUNT", options->name, "Its id")->required();
  silencing->add_option("--why", options->why, "For whoever looks at it later");
  CLI::App* telling = app.add_subcommand("tell", "Tell of an account again");
  telling->add_option("ACCOUNT", options->name, "Its id")->required();
  CLI::App* silenced = app.add_subcommand("silenced", "The accounts nothing is told of");
  CLI::App* refill = of_one(
      "backfill", "Tell it of every account once more, behind what is new: for one that lost it");
  CLI::App* pause = of_one("pause", "Send nothing for now; what is new waits");
  CLI::App* resume = of_one("resume", "Send on");
  CLI::App* rotate = of_one("rotate", "Another secret");
  rotate->add_option("--secret-file", options->secret_file, "The new one")->type_name("FILE");
  CLI::App* remove = of_one("remove", "Forget it, with all that waits");
  CLI::App* deliveries = app.add_subcommand("deliveries", "What was sent, waits, or was refused");
  deliveries->add_option("--destination", options->name, "Of this one");
  deliveries->add_option("--state", options->state, "waiting, delivered or refused")
      ->check(CLI::IsMember({"waiting", "delivered", "refused"}));
  deliveries->add_option("--limit", options->limit, "How many")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  CLI::App* retry = of_one("retry", "Try what was refused again");
  retry->add_option("--number", options->number, "Only this one");
  for (CLI::App* sub : {add, list, deliveries, drift, silenced}) {
    sub->add_flag("--json", options->as_json, "For machines");
  }
  return [=](const Invocation& invocation) -> Result<void> {
    if (add->parsed()) return add_destination(invocation, *options);
    if (change->parsed()) return change_destination(invocation, *options, *is_for_all);
    if (drift->parsed()) return show_drift(invocation, *options, *repairs);
    if (silencing->parsed()) return silence(invocation, *options);
    if (telling->parsed()) return tell_again(invocation, *options);
    if (silenced->parsed()) return list_silenced(invocation, *options);
    if (list->parsed()) return list_destinations(invocation, *options);
    if (test->parsed()) return try_destination(invocation, *options);
    if (rotate->parsed()) return rotate_secret(invocation, *options);
    if (deliveries->parsed()) return list_deliveries(invocation, *options);
    if (retry->parsed()) return retry_refused(invocation, *options);
    if (refill->parsed()) return backfill_destination(invocation, *options);
    for (const CLI::App* sub : {pause, resume, remove}) {
      if (sub->parsed()) return change_state(invocation, sub->get_name(), *options);
    }
    return {};
  };
}

}  // namespace tidemark
