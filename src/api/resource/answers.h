#pragma once

#include "api/route.h"

namespace tidemark::answer {

// One file per resource, named as here; what each takes and gives is described in openapi.json.

// deliveries.cpp
Result<HttpReply> destinations(Desk& desk, Question& question);
Result<HttpReply> add_destination(Desk& desk, Question& question);
Result<HttpReply> change_destination(Desk& desk, Question& question);
Result<HttpReply> remove_destination(Desk& desk, Question& question);
Result<HttpReply> silenced(Desk& desk, Question& question);
Result<HttpReply> silence(Desk& desk, Question& question);
Result<HttpReply> tell_again(Desk& desk, Question& question);
Result<HttpReply> destination_drift(Desk& desk, Question& question);
Result<HttpReply> backfill_destination(Desk& desk, Question& question);
Result<HttpReply> try_destination(Desk& desk, Question& question);
Result<HttpReply> deliveries(Desk& desk, Question& question);
Result<HttpReply> retry_deliveries(Desk& desk, Question& question);

// plays.cpp
Result<HttpReply> plays(Desk& desk, Question& question);
Result<HttpReply> write_plays(Desk& desk, Question& question);
Result<HttpReply> switch_play(Desk& desk, Question& question);
Result<HttpReply> play_preview(Desk& desk, Question& question);
Result<HttpReply> play_effect(Desk& desk, Question& question);
Result<HttpReply> play_firings(Desk& desk, Question& question);
Result<HttpReply> mark_firing(Desk& desk, Question& question);

// overview.cpp
Result<HttpReply> overview(Desk& desk, Question& question);
Result<HttpReply> movement(Desk& desk, Question& question);
Result<HttpReply> status(Desk& desk, Question& question);
Result<HttpReply> publish_now(Desk& desk, Question& question);

// accounts.cpp
Result<HttpReply> accounts(Desk& desk, Question& question);
Result<HttpReply> account(Desk& desk, Question& question);
Result<HttpReply> account_score(Desk& desk, Question& question);
Result<HttpReply> account_series(Desk& desk, Question& question);
Result<HttpReply> account_explanation(Desk& desk, Question& question);
Result<HttpReply> account_events(Desk& desk, Question& question);
Result<HttpReply> properties(Desk& desk, Question& question);

// remarks.cpp
Result<HttpReply> notes(Desk& desk, Question& question);
Result<HttpReply> add_note(Desk& desk, Question& question);
Result<HttpReply> remove_note(Desk& desk, Question& question);
Result<HttpReply> overrides(Desk& desk, Question& question);
Result<HttpReply> override_of(Desk& desk, Question& question);
Result<HttpReply> set_override(Desk& desk, Question& question);
Result<HttpReply> remove_override(Desk& desk, Question& question);

// imports.cpp
Result<HttpReply> import_file(Desk& desk, Question& question);

// definition.cpp
Result<HttpReply> definition(Desk& desk, Question& question);
Result<HttpReply> publish_definition(Desk& desk, Question& question);
Result<HttpReply> check_definition(Desk& desk, Question& question);
Result<HttpReply> compare_definition(Desk& desk, Question& question);
Result<HttpReply> what_if(Desk& desk, Question& question);
Result<HttpReply> definition_versions(Desk& desk, Question& question);
Result<HttpReply> definition_version(Desk& desk, Question& question);
Result<HttpReply> roll_back_definition(Desk& desk, Question& question);
Result<HttpReply> signals(Desk& desk, Question& question);

// calibrations.cpp
Result<HttpReply> calibrations(Desk& desk, Question& question);
Result<HttpReply> calibration(Desk& desk, Question& question);
Result<HttpReply> adopt_calibration(Desk& desk, Question& question);

// evidence.cpp
Result<HttpReply> backtest(Desk& desk, Question& question);
Result<HttpReply> churn(Desk& desk, Question& question);
Result<HttpReply> use(Desk& desk, Question& question);
Result<HttpReply> risk(Desk& desk, Question& question);
Result<HttpReply> learning(Desk& desk, Question& question);

// gaps.cpp
Result<HttpReply> gaps(Desk& desk, Question& question);
Result<HttpReply> mark_gap(Desk& desk, Question& question);
Result<HttpReply> lift_gap(Desk& desk, Question& question);

// arrivals.cpp
Result<HttpReply> events(Desk& desk, Question& question);
Result<HttpReply> rejects(Desk& desk, Question& question);
Result<HttpReply> replay_rejects(Desk& desk, Question& question);
Result<HttpReply> sources(Desk& desk, Question& question);
Result<HttpReply> pause_source(Desk& desk, Question& question);

// identity.cpp
Result<HttpReply> identity(Desk& desk, Question& question);
Result<HttpReply> merge(Desk& desk, Question& question);
Result<HttpReply> unmerge(Desk& desk, Question& question);
Result<HttpReply> count_by_domain(Desk& desk, Question& question);
Result<HttpReply> exclusions(Desk& desk, Question& question);

// sessions.cpp
Result<HttpReply> session(Desk& desk, Question& question);
Result<HttpReply> sign_in(Desk& desk, Question& question);
Result<HttpReply> sign_out(Desk& desk, Question& question);
Result<HttpReply> change_password(Desk& desk, Question& question);
Result<HttpReply> accept_invitation(Desk& desk, Question& question);

// people.cpp
Result<HttpReply> people(Desk& desk, Question& question);
Result<HttpReply> invite(Desk& desk, Question& question);
Result<HttpReply> withdraw_invitation(Desk& desk, Question& question);
Result<HttpReply> change_role(Desk& desk, Question& question);
Result<HttpReply> remove_person(Desk& desk, Question& question);

// keys.cpp
Result<HttpReply> keys(Desk& desk, Question& question);
Result<HttpReply> make_key(Desk& desk, Question& question);
Result<HttpReply> revoke_key(Desk& desk, Question& question);

// audit.cpp
Result<HttpReply> audit(Desk& desk, Question& question);

// exports.cpp
Result<HttpReply> export_rows(Desk& desk, Question& question);

// description.cpp
Result<HttpReply> description(Desk& desk, Question& question);

}  // namespace tidemark::answer
