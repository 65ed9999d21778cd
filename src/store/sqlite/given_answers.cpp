#include "store/sqlite/given_answers.h"

#include "store/sqlite/connection.h"

namespace tidemark {

using sqlite::Statement;

Result<void> GivenAnswers::keep(const GivenAnswer& answer) {
  const std::lock_guard lock(connection_.lock);
  Statement keeping(connection_,
                    "INSERT OR REPLACE INTO given_answer "
                    "(caller, key, request, status, content_type, has_body, body, at) "
                    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  keeping.bind(answer.caller).bind(answer.key).bind(answer.request).bind(answer.status);
  keeping.bind(answer.content_type).bind(answer.body ? 1 : 0).bind(answer.body.value_or(""));
  return keeping.bind(answer.at).run();
}

Result<std::optional<GivenAnswer>> GivenAnswers::find(const std::string& caller,
                                                      const std::string& key) {
  const std::lock_guard lock(connection_.lock);
  Statement reading(connection_,
                    "SELECT request, status, content_type, has_body, body, at FROM given_answer "
                    "WHERE caller = ? AND key = ?");
  const auto has_row = reading.bind(caller).bind(key).step();
  if (!has_row) return has_row.error();
  if (!*has_row) return std::optional<GivenAnswer>();
  GivenAnswer answer{caller,          key, reading.text(0),   static_cast<int>(reading.number(1)),
                     reading.text(2), {},  reading.instant(5)};
  if (reading.number(3) != 0) answer.body = reading.text(4);
  return std::optional(std::move(answer));
}

Result<void> GivenAnswers::forget_before(Instant instant) {
  const std::lock_guard lock(connection_.lock);
  return Statement(connection_, "DELETE FROM given_answer WHERE at < ?").bind(instant).run();
}

}  // namespace tidemark
