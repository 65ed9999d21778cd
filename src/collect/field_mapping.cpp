#include "collect/field_mapping.h"

#include <algorithm>
#include <cctype>
#include <set>

#include <fmt/format.h>

namespace tidemark {
namespace {

// The usual names, without case and signs, best first.
const std::array<std::vector<std::string_view>, kFieldCount> kUsualNames = {{
    {"accountid", "groupid", "companyid", "organizationid", "organisationid", "orgid", "tenantid",
     "workspaceid", "account", "company", "organization", "organisation", "tenant"},
    {"event", "eventname", "eventtype", "action", "eventtext"},
    {"timestamp", "time", "eventtime", "date", "occurredat", "datetime", "eventtimestamp"},
    {"userid", "distinctid", "uid", "email", "user"},
    {"messageid", "insertid", "uuid", "eventid"},
    {"receivedat"},
    {"properties", "eventproperties"},
}};

std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char character : name) {
    const auto byte = static_cast<unsigned char>(character);
    if (std::isalnum(byte) != 0) plain += static_cast<char>(std::tolower(byte));
  }
  return plain;
}

/// The usual names of a field in records of a kind; none where such records have no such field.
std::vector<std::string_view> usual_names(Field field, RecordKind kind) {
  std::vector<std::string_view> names = kUsualNames[static_cast<std::size_t>(field)];
  if (kind == RecordKind::events) return names;
  switch (field) {
    case Field::account:
      if (kind == RecordKind::accounts) names.emplace_back("id");
      return names;
    case Field::user:
      if (kind == RecordKind::accounts) return {};
      return {"userid", "distinctid", "uid", "id", "email", "user"};
    case Field::time:
      return {"validfrom", "effectivefrom", "asof", "since"};
    case Field::properties:
      return {"properties", "traits"};
    case Field::event:
    case Field::message_id:
    case Field::received_at:
      return {};
  }
  return {};
}

std::vector<Field> needed_fields(const ColumnWishes& wishes) {
  switch (wishes.kind) {
    case RecordKind::events:
      if (wishes.account_follows_from_user) return {Field::event, Field::time};
      return {Field::account, Field::event, Field::time};
    case RecordKind::accounts:
      return {Field::account};
    case RecordKind::users:
      return {Field::user};
  }
  return {};
}

std::optional<std::size_t> find_usual(const std::vector<std::string>& columns, Field field,
                                      RecordKind kind) {
  for (const std::string_view usual : usual_names(field, kind)) {
    const auto found = std::ranges::find(columns, usual, plain_name);
    if (found != columns.end()) return static_cast<std::size_t>(found - columns.begin());
  }
  return std::nullopt;
}

Result<void> check_each_once(const std::vector<std::string>& columns) {
  std::set<std::string_view> seen;
  for (std::size_t at = 0; at < columns.size(); ++at) {
    if (columns[at].empty() || seen.insert(columns[at]).second) continue;
    const auto first = std::ranges::find(columns, columns[at]) - columns.begin();
    return Error{ErrorKind::invalid_input,
                 fmt::format("the column \"{}\" occurs twice (columns {} and {}); rename one",
                             columns[at], first + 1, at + 1)};
  }
  return {};
}

}  // namespace

Result<MappedColumn> parse_mapped_column(std::string_view text) {
  const std::size_t equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  for (std::size_t at = 0; at < kFieldCount; ++at) {
    if (kFieldNames[at] == name && equals != std::string_view::npos && equals + 1 < text.size()) {
      return MappedColumn{static_cast<Field>(at), std::string(text.substr(equals + 1))};
    }
  }
  return Error{ErrorKind::invalid_input,
               fmt::format("--map {}: write field=column, where field is one of {}", text,
                           fmt::join(kFieldNames, ", "))};
}

Result<FieldMapping> FieldMapping::find(const std::vector<std::string>& columns,
                                        const ColumnWishes& wishes) {
  if (auto once = check_each_once(columns); !once) return once.error();
  FieldMapping mapping;
  for (const MappedColumn& choice : wishes.chosen) {
    const auto found = std::ranges::find(columns, choice.column);
    if (found == columns.end()) {
      return Error{ErrorKind::invalid_input,
                   fmt::format("there is no column \"{}\"; the file has {}", choice.column,
                               fmt::join(columns, ", "))};
    }
    mapping.columns_[static_cast<std::size_t>(choice.field)] =
        static_cast<std::size_t>(found - columns.begin());
  }
  for (std::size_t at = 0; at < kFieldCount; ++at) {
    const auto field = static_cast<Field>(at);
    if (mapping.columns_[at]) continue;
    const auto found = find_usual(columns, field, wishes.kind);
    if (found && !mapping.field_of(*found)) mapping.columns_[at] = found;
  }
  if (wishes.may_lack_fields) return mapping;
  for (const Field needed : needed_fields(wishes)) {
    if (mapping.column_of(needed)) continue;
    return Error{ErrorKind::invalid_input,
                 fmt::format("no column holds the {0}; the file has {1}. Say which with --map "
                             "{0}=COLUMN",
                             field_name(needed), fmt::join(columns, ", "))};
  }
  if (wishes.kind == RecordKind::events && !mapping.column_of(Field::account) &&
      !mapping.column_of(Field::user)) {
    return Error{ErrorKind::invalid_input,
                 fmt::format("no column holds the account, nor the user it could follow from; the "
                             "file has {}. Say which with --map account=COLUMN",
                             fmt::join(columns, ", "))};
  }
  return mapping;
}

std::optional<Field> FieldMapping::field_of(std::size_t column) const {
  for (std::size_t at = 0; at < kFieldCount; ++at) {
    if (columns_[at] == column) return static_cast<Field>(at);
  }
  return std::nullopt;
}

}  // namespace tidemark
