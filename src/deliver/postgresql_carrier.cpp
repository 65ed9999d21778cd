#include "deliver/postgresql_carrier.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include "deliver/field_value.h"
#include "net/public_address.h"
#include "wire/json.h"

namespace tidemark {
namespace {

constexpr const char* kTable = "engagement_accounts";
constexpr const char* kSystemRoots = "/etc/ssl/certs/ca-certificates.crt";

using Outcome = std::unique_ptr<PGresult, decltype(&PQclear)>;

/// The type of a field's column.
std::string_view type_of(const FilledField& field) {
  const auto value = FieldValue::parse(field.value);
  switch (value ? value->type() : TableColumn::Type::text) {
    case TableColumn::Type::number:
      return "double precision";
    case TableColumn::Type::day:
      return "date";
    case TableColumn::Type::text:
    case TableColumn::Type::truth:
      return "text";
  }
  return "text";
}

std::string identifier(std::string_view name) {
  std::string text = "\"";
  for (const char letter : name)
    text += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return text + '"';
}

std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::ranges::replace(text, '\n', ' ');
  return text;
}

/// What a statement was refused by; with its class of SQLSTATE before it.
std::string refusal_of(const PGresult* outcome) {
  if (outcome == nullptr) return "08006 no answer in time";
  const char* state = PQresultErrorField(outcome, PG_DIAG_SQLSTATE);
  return fmt::format("{} {}", state != nullptr ? state : "08000",
                     one_line(PQresultErrorMessage(outcome)));
}

bool is_done(const PGresult* outcome) {
  if (outcome == nullptr) return false;
  const ExecStatusType status = PQresultStatus(outcome);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/// By the class of SQLSTATE that the refusal begins with (PostgreSQL, appendix A).
Fate fate_of(std::string_view refusal, std::size_t deliveries) {
  const std::string_view kind = refusal.substr(0, 2);
  constexpr std::array<std::string_view, 6> kPassing{"08", "40", "53", "55", "57", "58"};
  if (std::ranges::find(kPassing, kind) != kPassing.end()) return Fate::retry;
  constexpr std::array<std::string_view, 2> kOfValues{"22", "23"};
  if (std::ranges::find(kOfValues, kind) == kOfValues.end()) return Fate::pause;
  return deliveries > 1 ? Fate::split : Fate::dead;
}

/// Every row in one statement, so that all are written or none.
std::string statement_for(const Destination& destination, std::size_t rows) {
  std::vector<std::string> columns{identifier(destination.id_field)};
  std::vector<std::string> types{"text"};
  for (const FilledField& field : destination.fields) {
    columns.push_back(identifier(field.field));
    types.emplace_back(type_of(field));
  }
  std::vector<std::string> values;
  std::size_t parameter = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    std::vector<std::string> places;
    for (const std::string& type : types)
      places.push_back(fmt::format("${}::{}", ++parameter, type));
    values.push_back(fmt::format("({}, now())", fmt::join(places, ", ")));
  }
  std::vector<std::string> changes;
  for (std::size_t at = 1; at < columns.size(); ++at) {
    changes.push_back(fmt::format("{0} = excluded.{0}", columns[at]));
  }
  changes.emplace_back("written_at = excluded.written_at");
  return fmt::format("INSERT INTO {} ({}, written_at) VALUES {} ON CONFLICT ({}) DO UPDATE SET {}",
                     kTable, fmt::join(columns, ", "), fmt::join(values, ", "), columns.front(),
                     fmt::join(changes, ", "));
}

/// The parameters of it; none for what there is nothing of.
std::vector<std::optional<std::string>> parameters_of(const Shipment& shipment) {
  std::vector<std::optional<std::string>> parameters;
  for (const Parcel& delivery : shipment.deliveries) {
    const Json fields = Json::parse(delivery.body);
    parameters.emplace_back(delivery.account);
    for (const FilledField& field : shipment.destination.fields) {
      const std::string text = fields.value(field.field, std::string());
      parameters.push_back(text.empty() ? std::nullopt : std::optional(text));
    }
  }
  return parameters;
}

struct Host {
  std::string name;
  std::string port;
  bool says_tls = false;  // how it is to be checked
};

Result<Host> host_of(const std::string& url) {
  char* problem = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(url.c_str(), &problem), &PQconninfoFree);
  if (options == nullptr) {
    PQfreemem(problem);
    return Error{ErrorKind::invalid_input,
                 "not the address of a database: postgresql://user@host:5432/name"};
  }
  Host host{"", "5432"};
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    const std::string_view keyword(option->keyword);
    if (keyword == "host") host.name = option->val;
    if (keyword == "port") host.port = option->val;
    if (keyword == "sslmode") host.says_tls = true;
    // Others name files of this machine, hold secrets, or lead elsewhere than what was looked at.
    constexpr std::array<std::string_view, 5> kAllowed{"host", "port", "user", "dbname", "sslmode"};
    if (std::ranges::find(kAllowed, keyword) == kAllowed.end()) {
      return Error{ErrorKind::invalid_input,
                   fmt::format("the address must not hold {}{}", keyword,
                               keyword == "password" ? ": give it as the secret" : "")};
    }
  }
  return host;
}

/// What a statement comes to; null where nothing does in time, or the connection is gone.
Outcome execute(PGconn* connection, const std::string& sql,
                const std::vector<const char*>& values) {
  constexpr std::chrono::seconds kPatience{60};
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  Outcome last(nullptr, &PQclear);
  if (PQsendQueryParams(connection, sql.c_str(), static_cast<int>(values.size()), nullptr,
                        values.data(), nullptr, nullptr, 0) == 0) {
    return last;
  }
  for (;;) {
    while (PQisBusy(connection) != 0) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      pollfd socket{PQsocket(connection), POLLIN, 0};
      const bool is_there =
          left.count() > 0 && poll(&socket, 1, static_cast<int>(left.count())) > 0;
      if (!is_there || PQconsumeInput(connection) == 0) return {nullptr, &PQclear};
    }
    Outcome next(PQgetResult(connection), &PQclear);
    if (next == nullptr) return last;
    last = std::move(next);
  }
}

bool has_columns(const PGresult* outcome, int columns) {
  return outcome != nullptr && PQresultStatus(outcome) == PGRES_TUPLES_OK &&
         PQnfields(outcome) == columns;
}

}  // namespace

Result<void> check_postgresql_address(const std::string& url) {
  const auto host = host_of(url);
  return host ? Result<void>() : host.error();
}

void PostgresqlCarrier::Close::operator()(pg_conn* connection) const { PQfinish(connection); }

Result<void> PostgresqlCarrier::open(const Shipment& shipment) {
  const Destination& destination = shipment.destination;
  std::string as = destination.url + '\n' + shipment.secrets.secret + '\n' + destination.id_field;
  for (const FilledField& field : destination.fields) as += '\n' + field.field;
  if (connection_ != nullptr && as == opened_as_ && PQstatus(connection_.get()) == CONNECTION_OK) {
    return {};
  }
  connection_.reset();
  const auto host = host_of(destination.url);
  if (!host) return host.error();
  std::vector<std::pair<const char*, std::string>> settings{
      {"dbname", destination.url},     {"password", shipment.secrets.secret},
      {"passfile", "/dev/null"},  // nor what lies about on this machine
      {"connect_timeout", "15"},       {"tcp_user_timeout", "60000"},
      {"client_encoding", "UTF8"},     {"options", "-c datestyle=ISO"},
      {"application_name", "tidemark"}};
  if (!destination.allows_private) {
    if (host->name.empty() || host->name.starts_with('/') ||
        host->name.find(',') != std::string::npos) {
      return Error{ErrorKind::invalid_input, "the address names no host of the public internet"};
    }
    const auto addresses = public_addresses(host->name, host->port);
    if (!addresses) return addresses.error();
    settings.emplace_back("hostaddr", addresses->front());
    if (!host->says_tls) {
      settings.emplace_back("sslmode", "verify-full");
      settings.emplace_back("sslrootcert", kSystemRoots);
    }
  }
  std::vector<const char*> names, values;
  for (const auto& [name, value] : settings) {
    names.push_back(name);
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  connection_.reset(PQconnectdbParams(names.data(), values.data(), 1));
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    const std::string problem = one_line(PQerrorMessage(connection_.get()));
    const bool needs_password = PQconnectionNeedsPassword(connection_.get()) != 0 ||
                                problem.find("authentication failed") != std::string::npos;
    connection_.reset();
    return Error{needs_password ? ErrorKind::invalid_input : ErrorKind::unavailable,
                 "no connection: " + problem};
  }
  // A writer that waits for a lock holds up this destination alone, and not for ever.
  std::vector<std::string> statements{"SET statement_timeout = '60s'",
                                      "SET client_min_messages = 'warning'"};
  const auto run = [&](const std::string& sql) { return execute(connection_.get(), sql, {}); };
  const Outcome known = run(fmt::format(
      "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('{}') AND attnum > 0 AND NOT "
      "attisdropped",
      kTable));
  if (!has_columns(known.get(), 1)) {
    const std::string refusal = refusal_of(known.get());
    connection_.reset();
    return Error{ErrorKind::unavailable, refusal};
  }
  std::vector<std::string> columns;
  for (int row = 0; row < PQntuples(known.get()); ++row) {
    columns.emplace_back(PQgetvalue(known.get(), row, 0));
  }
  if (columns.empty()) {
    statements.push_back(fmt::format(
        "CREATE TABLE IF NOT EXISTS {} ({} text PRIMARY KEY, written_at timestamptz NOT NULL)",
        kTable, identifier(destination.id_field)));
  }
  for (const FilledField& field : destination.fields) {
    if (std::ranges::find(columns, field.field) != columns.end()) continue;
    statements.push_back(fmt::format("ALTER TABLE {} ADD COLUMN IF NOT EXISTS {} {}", kTable,
                                     identifier(field.field), type_of(field)));
  }
  for (const std::string& sql : statements) {
    const Outcome done = run(sql);
    if (is_done(done.get())) continue;
    const std::string refusal = refusal_of(done.get());
    connection_.reset();
    return Error{
        fate_of(refusal, 1) == Fate::retry ? ErrorKind::unavailable : ErrorKind::invalid_input,
        refusal};
  }
  opened_as_ = std::move(as);
  return {};
}

Carried PostgresqlCarrier::carry(const Shipment& shipment) {
  if (auto opened = open(shipment); !opened) return unanswered(shipment, opened.error());
  const auto parameters = parameters_of(shipment);
  std::vector<const char*> values;
  for (const auto& parameter : parameters)
    values.push_back(parameter ? parameter->c_str() : nullptr);
  const std::string sql = statement_for(shipment.destination, shipment.deliveries.size());
  const Outcome outcome = execute(connection_.get(), sql, values);
  if (is_done(outcome.get())) return {.verdict = {Fate::delivered, {}, {}, {}}};
  const std::string refusal = refusal_of(outcome.get());
  const Fate fate = fate_of(refusal, shipment.deliveries.size());
  if (fate == Fate::retry || PQstatus(connection_.get()) != CONNECTION_OK) {
    connection_.reset();
    return unanswered(shipment, {ErrorKind::unavailable, refusal});
  }
  if (fate == Fate::pause) connection_.reset();  // the table may be another one by then
  return {.verdict = {fate, {}, {}, refusal}};
}

Result<Holdings> PostgresqlCarrier::held(const Destination& destination, const OpenSecrets& secrets,
                                         const std::vector<std::string>& accounts,
                                         const Clock& clock) {
  const std::vector<Parcel> nothing;
  if (auto opened = open({destination, secrets, nothing, 0, 0, clock}); !opened) {
    return opened.error();
  }
  std::string sql = fmt::format("SELECT {}", identifier(destination.id_field));
  for (const FilledField& field : destination.fields) {
    sql += fmt::format(", {}::text", identifier(field.field));
  }
  sql += fmt::format(" FROM {} WHERE {} IN (", kTable, identifier(destination.id_field));
  std::vector<const char*> values;
  for (const std::string& account : accounts) {
    sql += fmt::format("{}${}", values.empty() ? "" : ",", values.size() + 1);
    values.push_back(account.c_str());
  }
  sql += ")";
  const Outcome outcome = execute(connection_.get(), sql, values);
  if (!has_columns(outcome.get(), 1 + static_cast<int>(destination.fields.size()))) {
    const std::string refusal = refusal_of(outcome.get());
    connection_.reset();
    return Error{ErrorKind::unavailable, "it does not say what it holds: " + refusal};
  }
  Holdings holdings;
  for (int row = 0; row < PQntuples(outcome.get()); ++row) {
    auto& fields = holdings[PQgetvalue(outcome.get(), row, 0)];
    int column = 0;
    for (const FilledField& field : destination.fields) {
      fields[field.field] = PQgetvalue(outcome.get(), row, ++column);
    }
  }
  return holdings;
}

std::string PostgresqlCarrier::words(const Shipment& shipment) {
  std::string text = shipment.destination.url + '\n' +
                     statement_for(shipment.destination, shipment.deliveries.size());
  std::size_t number = 0;
  for (const auto& parameter : parameters_of(shipment)) {
    text += fmt::format("\n${} = {}", ++number, parameter.value_or("NULL"));
  }
  mask(text, shipment.secrets.secret);
  return text;
}

}  // namespace tidemark
