#include <memory>

#include <fmt/format.h>

#include "api/outbox_filling.h"
#include "api/playbook.h"
#include "cli/command.h"
#include "cli/progress_bar.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "report/play_json.h"
#include "report/words.h"
#include "wire/did_you_mean.h"
#include "wire/play_toml.h"

namespace tidemark {
namespace {

struct PlayOptions {
  std::string name;
  int days = 90;
  std::int64_t number = 0;
  std::string by = "command line";
  bool only_open = false;
  bool as_toml = false;
  bool as_json = false;
};

/// The plays of an open workspace.
struct Playroom {
  Workspace workspace;
  Playbook playbook;

  Result<const Play*> find(const std::string& name) const {
    if (const Play* play = playbook.find(name)) return play;
    std::vector<std::string_view> names;
    for (const Play& play : playbook.plays) names.push_back(play.name);
    return Error{ErrorKind::not_found,
                 fmt::format("there is no play \"{}\"; {}", name, did_you_mean(name, names))};
  }
};

Result<Playroom> open_plays(const Invocation& invocation) {
  auto workspace = open_workspace(invocation.folder);
  if (!workspace) return workspace.error();
  auto playbook = read_playbook(invocation.folder);
  if (!playbook) return playbook.error();
  return Playroom{*std::move(workspace), *std::move(playbook)};
}

Result<void> list_plays(const Invocation& invocation, const PlayOptions& options) {
  if (options.as_toml) {
    const auto playbook = read_playbook_text(invocation.folder);
    if (!playbook) return playbook.error();
    print("{}", playbook->toml);
    return {};
  }
  const auto room = open_plays(invocation);
  if (!room) return room.error();
  PlayLog& log = room->workspace.control->plays();
  const auto switches = log.switches();
  if (!switches) return switches.error();
  Json json = Json::array();
  Table table({{"Play"},
               {"State"},
               {"due", Table::Align::right},
               {"open", Table::Align::right},
               {"held out", Table::Align::right}});
  for (const Play& play : room->playbook.plays) {
    const auto counts = log.counts(play.name);
    if (!counts) return counts.error();
    const PlaySwitch* const on = switch_of(play, *switches);
    json.push_back(play_json(play, on, *counts));
    table.add({visible(play.name), on != nullptr ? "on since " + readable_day(on->on_since) : "off",
               with_separators(counts->due), with_separators(counts->open),
               with_separators(counts->held_out)});
  }
  if (options.as_json) {
    print("{}\n", json.dump(1));
    return {};
  }
  print("{}\n{}\n", table.text(invocation.terminal),
        wrapped(fmt::format("{} What one would have done: tidemark plays preview NAME; then "
                            "tidemark plays on NAME.",
                            room->playbook.is_own
                                ? "From plays.toml of the workspace."
                                : "These are built in; tidemark plays --toml > plays.toml in the "
                                  "workspace makes them your own."),
                invocation.terminal.width()));
  return {};
}

std::string move_of(const PlayFiring& firing) {
  return firing.moved_from
             ? fmt::format("{} to {}", level_name(*firing.moved_from), level_name(firing.level))
             : std::string(level_name(firing.level));
}

Table firing_table(const std::vector<PlayFiring>& firings, bool with_numbers) {
  std::vector<Table::Column> columns{{"Day"}, {"Account"}, {"Level"}, {"Why"}};
  if (with_numbers) columns.insert(columns.begin(), {{"No.", Table::Align::right}, {"Play"}});
  Table table(std::move(columns));
  for (const PlayFiring& firing : firings) {
    const std::string why = firing.is_held_out      ? "held out"
                            : firing.done           ? "done by " + firing.done_by
                            : firing.reason.empty() ? ""
                                                    : firing.reason;
    std::vector<std::string> cells{readable_day(firing.day), visible(firing.account),
                                   move_of(firing), visible(why)};
    if (with_numbers) {
      cells.insert(cells.begin(), {std::to_string(firing.number), visible(firing.play)});
    }
    table.add(std::move(cells));
  }
  return table;
}

Result<void> preview(const Invocation& invocation, const PlayOptions& options) {
  const auto room = open_plays(invocation);
  if (!room) return room.error();
  const auto play = room->find(options.name);
  if (!play) return play.error();
  auto silenced = silenced_accounts(room->workspace.control->outbox());
  if (!silenced) return silenced.error();
  const auto shown = [&] {
    ProgressBar progress(invocation.clock);
    return preview_play(*room->workspace.store, **play, options.days, *std::move(silenced),
                        room->workspace.zone, Cores::all(),
                        [&](double part) { progress.show(part, "looking back"); });
  }();
  if (!shown) return shown.error();
  if (options.as_json) {
    print("{}\n", preview_json(**play, *shown).dump(1));
    return {};
  }
  const std::int64_t due = std::ssize(shown->firings) - shown->held_out;
  print("{}\n{}\n\n", invocation.terminal.bold(visible((*play)->name)),
        wrapped(fmt::format("{} From {} to {} it would have been due for {}, {} at most within a "
                            "week{}.",
                            play_words(**play), readable_day(shown->days.first),
                            readable_day(shown->days.last), counted(due, "account", "accounts"),
                            shown->most_in_a_week,
                            shown->held_out > 0 ? fmt::format("; {} held out", shown->held_out)
                                                : std::string()),
                invocation.terminal.width()));
  constexpr std::size_t kShown = 12;
  std::vector<PlayFiring> last(shown->firings.rbegin(),
                               shown->firings.rbegin() + static_cast<std::ptrdiff_t>(std::min(
                                                             kShown, shown->firings.size())));
  if (!last.empty()) print("{}", firing_table(last, false).text(invocation.terminal));
  const auto told =
      std::ranges::find_if(last, [](const PlayFiring& firing) { return !firing.message.empty(); });
  if (told != last.end()) {
    print("\nThe last message:\n{}\n",
          wrapped(visible(told->message), invocation.terminal.width()));
  }
  return {};
}

Result<void> turn(const Invocation& invocation, const PlayOptions& options, bool is_on) {
  const auto room = open_plays(invocation);
  if (!room) return room.error();
  Control& control = *room->workspace.control;
  const auto play = room->find(options.name);
  if (is_on && !play) return play.error();
  return control.as_one([&]() -> Result<void> {
    auto turned = is_on ? turn_on(*room->workspace.store, control, **play)
                        : control.plays().turn_off(options.name);
    if (!turned) return turned;
    return note_change(control, invocation.clock, is_on ? "play.on" : "play.off", options.name);
  });
}

Result<void> list_due(const Invocation& invocation, const PlayOptions& options) {
  const auto control = open_control(invocation.folder);
  if (!control) return control.error();
  PlayLog::Query query;
  query.play = options.name;
  query.only_open = options.only_open;
  const auto firings = (*control)->plays().firings(query);
  if (!firings) return firings.error();
  if (options.as_json) {
    Json json = Json::array();
    for (const PlayFiring& firing : *firings) json.push_back(firing_json(firing));
    print("{}\n", json.dump(1));
  } else if (firings->empty()) {
    print("Nothing has been due. A play that is on looks at each day that is published.\n");
  } else {
    print("{}", firing_table(*firings, true).text(invocation.terminal));
  }
  return {};
}

Result<void> show_effect(const Invocation& invocation, const PlayOptions& options) {
  const auto room = open_plays(invocation);
  if (!room) return room.error();
  PlayLog::Query query;
  query.play = options.name;
  const auto firings = room->workspace.control->plays().firings(query);
  if (!firings) return firings.error();
  const auto effect = effect_of(*room->workspace.store, *firings, Cores::all());
  if (!effect) return effect.error();
  if (options.as_json) {
    print("{}\n", effect_json(*effect).dump(1));
  } else {
    print("{}\n", wrapped(effect->verdict, invocation.terminal.width()));
  }
  return {};
}

Result<void> mark_done(const Invocation& invocation, const PlayOptions& options) {
  const auto control = open_control(invocation.folder);
  if (!control) return control.error();
  return (*control)->as_one([&]() -> Result<void> {
    auto marked = (*control)->plays().mark_done(options.number, options.by, invocation.clock.now());
    if (!marked) return marked;
    return note_change(**control, invocation.clock, "play.done", std::to_string(options.number));
  });
}

}  // namespace

RunCommand declare_plays(CLI::App& app) {
  const auto options = std::make_shared<PlayOptions>();
  app.add_flag("--toml", options->as_toml, "The plays as they are written");
  app.add_flag("--json", options->as_json, "As JSON");
  CLI::App* preview_of =
      app.add_subcommand("preview", "What a play would have done over the last days");
  CLI::App* on = app.add_subcommand("on", "Let a play come to accounts from the next day on");
  CLI::App* off = app.add_subcommand("off", "Let it rest");
  CLI::App* effect = app.add_subcommand("effect", "Whether it helps, by those held out");
  for (CLI::App* one : {preview_of, on, off, effect}) {
    one->add_option("NAME", options->name, "The play's name")->required();
  }
  preview_of->add_option("--days", options->days, "How many; 90 unless told")
      ->check(CLI::Range(1, 1'000));
  CLI::App* due = app.add_subcommand("due", "For whom plays were due, newest first");
  due->add_option("NAME", options->name, "Of this play; else of all");
  due->add_flag("--open", options->only_open, "Only what nobody has done yet");
  CLI::App* done = app.add_subcommand("done", "Somebody did what a play asked for");
  done->add_option("NUMBER", options->number, "As plays due numbers them")->required();
  done->add_option("--by", options->by, "Who")->type_name("NAME");
  for (CLI::App* one : {preview_of, due, effect}) {
    one->add_flag("--json", options->as_json, "As JSON");
  }
  app.footer(
      "A play says which accounts get what, and when. Plays of your own stand in plays.toml of the "
      "workspace (docs/plays.md).\n\n"
      "Examples:\n  tidemark plays\n  tidemark plays preview 'Rescue who fell from high'\n"
      "  tidemark plays on 'Rescue who fell from high'\n  tidemark plays due --open");
  return [=](const Invocation& invocation) -> Result<void> {
    if (preview_of->parsed()) return preview(invocation, *options);
    if (on->parsed() || off->parsed()) return turn(invocation, *options, on->parsed());
    if (due->parsed()) return list_due(invocation, *options);
    if (effect->parsed()) return show_effect(invocation, *options);
    if (done->parsed()) return mark_done(invocation, *options);
    return list_plays(invocation, *options);
  };
}

}  // namespace tidemark
