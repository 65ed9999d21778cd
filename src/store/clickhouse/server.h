#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/clickhouse/row_binary.h"

namespace tidemark::click {

/// Where the tables are, and as whom they are asked for.
struct Address {
  std::string url;  // http:// or https://, host and port
  std::string user = "default";
  std::string password = {};
  std::string database = "default";
  std::string cluster = {};  // over whose shards the tables are spread; empty: none
  unsigned replicas = 0;     // of each shard; 0: its tables are not replicated
};

/// Reads `clickhouse://USER@HOST:8123/DATABASE`, and behind a question mark, with `&` between:
/// `tls=1` for HTTPS, `cluster=NAME`, `replicas=N`. Fails with `invalid_input` for anything else,
/// and where it holds a password.
Result<Address> parse_address(std::string_view text);

/// A ClickHouse server, asked by HTTP: what Debian's 18.16 understands, and whatever came after it.
/// Safe to use from several threads.
class Server {
 public:
  explicit Server(Address address) : address_(std::move(address)) {}

  const Address& address() const { return address_; }

  /// Finds out what to ask for lest an insert be answered before it is stored. To be called before
  /// all else.
  Result<void> get_to_know();

  /// A statement without an answer, given up after an hour. Fails with `unavailable`, in
  /// ClickHouse's words.
  Result<void> run(const std::string& sql) const;

  /// Hands over the rows of a question as they come, their fields of these kinds. An error that the
  /// server meets on the way is one before the first row: it keeps the answer until it is whole.
  Result<void> query(const std::string& sql, const std::vector<Field>& fields,
                     const std::function<void(const Row&)>& sink) const;

  /// Inserts rows, all of one table; nothing for none.
  Result<void> insert(const std::string& table, const RowWriter& rows) const;

 private:
  Address address_;
  std::string insert_settings_;
};

/// Whether it is of letters, digits and _ alone.
bool is_plain_name(std::string_view text);

/// A text as SQL writes it.
std::string sql_text(std::string_view text);

}  // namespace tidemark::click
