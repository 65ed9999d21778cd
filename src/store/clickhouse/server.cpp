#include "store/clickhouse/server.h"

#include <algorithm>

#include <fmt/format.h>

#include "net/http_client.h"

namespace tidemark::click {
namespace {

constexpr std::string_view kScheme = "clickhouse://";
constexpr std::string_view kCluster = "cluster=";
constexpr std::string_view kReplicas = "replicas=";
constexpr std::size_t kMostWords = 400;
// Else what is for another shard would be sent there at some time.
constexpr std::string_view kOfAllReplicas = "&select_sequential_consistency=1";
constexpr std::string_view kOnEveryShard = "&insert_distributed_sync=1";
constexpr int kPatienceSeconds = 3'600;
// Lists of accounts and of users stand in a statement.
// What a profile says of joins would change the types of answers.
constexpr std::string_view kSettings =
    "&max_query_size=1073741824&max_ast_elements=100000000&join_use_nulls=0";

ClientRequest request_to(const Address& address, std::string_view parameters) {
  ClientRequest request{
      .method = "POST",
      .url = fmt::format("{}/?database={}{}", address.url, form_text(address.database), parameters),
      .bearer = ""};
  request.basic = fmt::format("{}:{}", address.user, address.password);
  request.seconds = kPatienceSeconds;
  request.headers = {{"Content-Type", "text/plain"}};
  return request;
}

/// Replicas drop what is inserted a second time, also where the first was removed; and what one of
/// several has is not what others give back. One that is away is waited for so long: whoever sends
/// may come again.
std::string safety_of(const Address& address) {
  constexpr int kPatienceMs = 20'000;
  if (address.replicas == 0) return "";
  return address.replicas == 1
             ? "&insert_deduplicate=0"
             : fmt::format("&insert_deduplicate=0&insert_quorum={}&insert_quorum_timeout={}",
                           address.replicas / 2 + 1, kPatienceMs);
}

Error refused(const HttpReply& reply) {
  std::string words = reply.body.substr(0, kMostWords);
  std::ranges::replace_if(words, [](unsigned char letter) { return letter < ' '; }, ' ');
  return Error{ErrorKind::unavailable, fmt::format("ClickHouse: {}", words)};
}

Result<void> done(const Result<HttpReply>& reply) {
  if (!reply) {
    return Error{reply.error().kind, fmt::format("ClickHouse: {}", reply.error().message)};
  }
  constexpr int kOk = 200;
  return reply->status == kOk ? Result<void>() : refused(*reply);
}

}  // namespace

bool is_plain_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '_';
  });
}

Result<Address> parse_address(std::string_view text) {
  const auto wrong = [](std::string_view why) {
    return Error{ErrorKind::invalid_input,
                 fmt::format("{}; write clickhouse://USER@HOST:8123/DATABASE", why)};
  };
  if (!text.starts_with(kScheme)) return wrong("not the address of a ClickHouse");
  text.remove_prefix(kScheme.size());
  Address address;
  std::string_view scheme = "http";
  if (const auto mark = text.find('?'); mark != std::string_view::npos) {
    std::string_view asked = text.substr(mark + 1);
    text = text.substr(0, mark);
    while (!asked.empty()) {
      const std::string_view one = asked.substr(0, asked.find('&'));
      asked.remove_prefix(std::min(one.size() + 1, asked.size()));
      if (one == "tls=1") {
        scheme = "https";
      } else if (one.starts_with(kReplicas) && one.size() == kReplicas.size() + 1 &&
                 one.back() >= '1' && one.back() <= '9') {
        address.replicas = static_cast<unsigned>(one.back() - '0');
      } else if (one.starts_with(kCluster) && is_plain_name(one.substr(kCluster.size()))) {
        address.cluster = one.substr(kCluster.size());
      } else {
        return wrong(fmt::format("{} is none of tls=1, cluster=NAME, replicas=N", one));
      }
    }
    if (address.replicas > 0 && address.cluster.empty()) {
      return wrong("what is replicated is of a cluster");
    }
  }
  if (const auto at = text.rfind('@'); at != std::string_view::npos) {
    address.user = text.substr(0, at);
    if (address.user.find(':') != std::string::npos) {
      return wrong(
          "a password in an address is seen by others: give it in TIDEMARK_STORE_PASSWORD");
    }
    text.remove_prefix(at + 1);
  }
  const auto slash = text.find('/');
  if (slash == std::string_view::npos || slash + 1 == text.size() || slash == 0) {
    return wrong("it names no host and database");
  }
  address.database = text.substr(slash + 1);
  if (!is_plain_name(address.database)) {
    return wrong(fmt::format("{} is no plain name of a database", address.database));
  }
  address.url = fmt::format("{}://{}", scheme, text.substr(0, slash));
  return address;
}

Result<void> Server::get_to_know() {
  // A profile may have inserts gathered, and answered before they are stored.
  return query("SELECT name FROM system.settings WHERE name = 'async_insert'", {Field::text},
               [&](const Row& row) { insert_settings_ = fmt::format("&{}=0", row.text(0)); });
}

Result<void> Server::run(const std::string& sql) const {
  ClientRequest request = request_to(address_, kSettings);
  request.body = sql;
  return done(ask(request));
}

Result<void> Server::query(const std::string& sql, const std::vector<Field>& fields,
                           const std::function<void(const Row&)>& sink) const {
  ClientRequest request =
      request_to(address_, fmt::format("&wait_end_of_query=1&buffer_size=4194304{}{}", kSettings,
                                       address_.replicas > 1 ? kOfAllReplicas : ""));
  request.body = sql + " FORMAT RowBinary";
  RowReader reader(fields);
  auto asked =
      done(ask_streaming(request, [&](std::string_view bytes) { reader.take(bytes, sink); }));
  if (!asked) return asked;
  if (!reader.is_at_end()) {
    return Error{ErrorKind::unavailable, "ClickHouse: the answer ends within a row"};
  }
  return {};
}

Result<void> Server::insert(const std::string& table, const RowWriter& rows) const {
  if (rows.bytes().empty()) return {};
  ClientRequest request = request_to(
      address_, fmt::format("{}{}{}&query={}", insert_settings_,
                            address_.cluster.empty() ? "" : kOnEveryShard, safety_of(address_),
                            form_text(fmt::format("INSERT INTO {} FORMAT RowBinary", table))));
  request.body = rows.bytes();
  return done(ask(request));
}

std::string sql_text(std::string_view text) {
  std::string sql = "'";
  for (const char letter : text) {
    if (letter == '\'' || letter == '\\') sql += '\\';
    sql += letter;
  }
  return sql + "'";
}

}  // namespace tidemark::click
