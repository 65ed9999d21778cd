#include "store/duckdb/database.h"

#include <cstdio>
#include <cstring>
#include <tuple>

#include <fmt/format.h>

#include "store/duckdb/log_repair.h"

namespace tidemark::duck {
namespace {

Error database_error(std::string_view doing, std::string_view message) {
  // A full disk or a broken file is the world's fault; say what the database said, without its
  // quotation of the SQL.
  return Error{ErrorKind::unavailable,
               fmt::format("{}: {}", doing, message.substr(0, message.find('\n')))};
}

// What DuckDB says of a block whose checksum is wrong.
constexpr std::string_view kDamaged = "Corrupt database file";

/// Failures after which nobody knows what is on the disk.
bool is_fatal(duckdb_error_type type) {
  return type == DUCKDB_ERROR_FATAL || type == DUCKDB_ERROR_INTERNAL;
}

}  // namespace

std::string_view Chunk::text(std::size_t at, std::size_t row) const {
  duckdb_string_t& text = column<duckdb_string_t>(at)[row];
  return {duckdb_string_t_data(&text), duckdb_string_t_length(text)};
}

bool Chunk::is_null(std::size_t at, std::size_t row) const {
  std::uint64_t* validity = duckdb_vector_get_validity(duckdb_data_chunk_get_vector(raw_, at));
  return validity != nullptr && !duckdb_validity_row_is_valid(validity, row);
}

void Chunk::set_null(std::size_t at, std::size_t row) {
  duckdb_vector vector = duckdb_data_chunk_get_vector(raw_, at);
  duckdb_vector_ensure_validity_writable(vector);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector), row);
}

void Chunk::set_text(std::size_t at, std::size_t row, std::string_view text) {
  duckdb_vector_assign_string_element_len(duckdb_data_chunk_get_vector(raw_, at), row, text.data(),
                                          text.size());
}

Instance::Instance(duckdb_database raw, const std::filesystem::path& file, StoreAccess access)
    : raw_(raw), file_(file) {
  if (!file.empty() && access == StoreAccess::reads_and_writes) mark_.emplace(file);
}

Instance::~Instance() { duckdb_close(&raw_); }

void Instance::give_up(const std::string& reason) {
  {
    const std::lock_guard lock(lock_);
    if (is_given_up_) return;
    reason_ = reason;
    is_given_up_ = true;
  }
  duckdb_connection connection = nullptr;
  if (duckdb_connect(raw_, &connection) == DuckDBSuccess) {
    duckdb_result result{};
    // A database that has failed for good refuses this, and writes nothing at its end anyway.
    duckdb_query(connection, "PRAGMA disable_checkpoint_on_shutdown", &result);
    duckdb_destroy_result(&result);
    duckdb_disconnect(&connection);
  }
  const std::lock_guard lock(lock_);
  for (const duckdb_connection one : connections_) duckdb_interrupt(one);
}

Error Instance::failure() const {
  const std::lock_guard lock(lock_);
  return Error{
      ErrorKind::unavailable,
      fmt::format("the store is opened again after a failed write ({}); try again", reason_)};
}

void Instance::add(duckdb_connection connection) {
  const std::lock_guard lock(lock_);
  connections_.insert(connection);
}

void Instance::remove(duckdb_connection connection) {
  const std::lock_guard lock(lock_);
  connections_.erase(connection);
}

Result<void> Instance::commit(Connection& connection) {
  const std::lock_guard lock(committing_);
  auto committed = connection.run("COMMIT");
  return committed && mark_ ? mark_->note() : committed;
}

Connection::Connection(duckdb_connection raw, std::shared_ptr<Instance> instance)
    : raw_(raw), instance_(std::move(instance)) {
  instance_->add(raw_);
}

Connection::~Connection() {
  if (raw_ == nullptr) return;
  instance_->remove(raw_);
  duckdb_disconnect(&raw_);
}

Result<void> Connection::check_usable() const {
  if (raw_ == nullptr) return reason_;
  if (instance_->is_given_up()) return instance_->failure();
  return {};
}

Error Connection::failed(std::string_view doing, Rows& rows) {
  Error error = database_error(doing, rows.error());
  if (error.message.find(kDamaged) != std::string::npos && !instance_->file().empty()) {
    error =
        Error{ErrorKind::corrupt_data,
              fmt::format("{} is damaged ({}); restore it from a backup, and see tidemark doctor "
                          "--deep",
                          instance_->file().string(), error.message)};
  }
  note_failure(duckdb_result_error_type(rows.raw()), error.message);
  return error;
}

void Connection::note_failure(duckdb_error_type type, const std::string& message) {
  // A damaged block is no failed write: opening the database again does not help.
  const bool is_damage = message.find(kDamaged) != std::string::npos;
  const bool is_failed_write = is_writing_ && type == DUCKDB_ERROR_IO && !is_damage;
  if (is_failed_write || is_fatal(type)) instance_->give_up(message);
}

Result<void> Connection::run(std::string_view sql) {
  if (auto usable = check_usable(); !usable) return usable;
  Rows rows;
  if (duckdb_query(raw_, std::string(sql).c_str(), rows.raw()) == DuckDBError) {
    return failed("the database refused", rows);
  }
  return {};
}

Result<Rows> Connection::query(std::string_view sql, const std::vector<Parameter>& parameters) {
  return execute(sql, parameters, false);
}

Result<std::vector<std::string>> Connection::texts(std::string_view sql) {
  auto rows = query(sql);
  if (!rows) return rows.error();
  std::vector<std::string> texts;
  const auto read = rows->for_each_row(
      [&](const Chunk& chunk, std::size_t row) { texts.emplace_back(chunk.text(0, row)); });
  if (!read) return read.error();
  return texts;
}

Result<Rows> Connection::stream(std::string_view sql, const std::vector<Parameter>& parameters) {
  return execute(sql, parameters, true);
}

Result<Rows> Connection::execute(std::string_view sql, const std::vector<Parameter>& parameters,
                                 bool is_streamed) {
  if (auto usable = check_usable(); !usable) return usable.error();
  duckdb_prepared_statement statement = nullptr;
  struct Destroy {
    duckdb_prepared_statement* statement;
    ~Destroy() { duckdb_destroy_prepare(statement); }
  } const destroy{&statement};
  if (duckdb_prepare(raw_, std::string(sql).c_str(), &statement) == DuckDBError) {
    return database_error("the database refused", duckdb_prepare_error(statement));
  }
  for (idx_t at = 0; at < parameters.size(); ++at) {
    CHECK(parameters[at].bind(statement, at + 1) == DuckDBSuccess);
  }
  Rows rows;
  if (!is_streamed) {
    if (duckdb_execute_prepared(statement, rows.raw()) == DuckDBError) {
      return failed("the database failed", rows);
    }
    return rows;
  }
  duckdb_pending_result pending = nullptr;
  struct DestroyPending {
    duckdb_pending_result* pending;
    ~DestroyPending() { duckdb_destroy_pending(pending); }
  } const destroy_pending{&pending};
  if (duckdb_pending_prepared_streaming(statement, &pending) == DuckDBError) {
    return database_error("the database failed", duckdb_pending_error(pending));
  }
  if (duckdb_execute_pending(pending, rows.raw()) == DuckDBError) {
    return failed("the database failed", rows);
  }
  return rows;
}

Result<Transaction> Transaction::begin(Connection& connection, Purpose purpose) {
  if (auto begun = connection.run("BEGIN TRANSACTION"); !begun) return begun.error();
  connection.set_writing(purpose == Purpose::writes);
  return Transaction(connection);
}

Transaction::~Transaction() {
  if (connection_ == nullptr) return;
  connection_->set_writing(false);
  if (!connection_->is_usable()) return;
  // A rollback that fails leaves nothing to do: the database drops the transaction with the
  // connection.
  [[maybe_unused]] const auto rolled_back = connection_->run("ROLLBACK");
}

Result<void> Transaction::commit() {
  auto committed = connection_->instance().commit(*connection_);
  if (committed) {
    connection_->set_writing(false);
    connection_ = nullptr;
  } else {
    connection_->instance().give_up(committed.error().message);
  }
  return committed;
}

namespace {

Result<duckdb_database> open_file(const std::filesystem::path& file, StoreAccess access,
                                  const char* checkpoint_threshold) {
  duckdb_config config = nullptr;
  CHECK(duckdb_create_config(&config) == DuckDBSuccess);
  for (const auto& [option, value] :
       {std::pair{"autoinstall_known_extensions", "false"},
        std::pair{"autoload_known_extensions", "false"},
        std::pair{"preserve_insertion_order", "false"},
        std::pair{"access_mode", access == StoreAccess::reads ? "READ_ONLY" : "AUTOMATIC"},
        std::pair{"checkpoint_threshold", checkpoint_threshold}}) {
    CHECK(duckdb_set_config(config, option, value) == DuckDBSuccess);
  }
  duckdb_database raw = nullptr;
  char* message = nullptr;
  const duckdb_state state =
      duckdb_open_ext(file.empty() ? nullptr : file.c_str(), &raw, config, &message);
  duckdb_destroy_config(&config);
  if (state == DuckDBSuccess) return raw;
  const std::string text = message != nullptr ? message : "unknown error";
  duckdb_free(message);
  if (const auto pid = text.find("PID "); text.find("Could not set lock") != std::string::npos) {
    const std::string holder =
        pid == std::string::npos ? "" : fmt::format(" (process {})", std::atoi(&text[pid + 4]));
    return Error{ErrorKind::unavailable,
                 fmt::format("{} is in use by another process{}; wait until it is done, or stop it",
                             file.string(), holder)};
  }
  if (text.find(kDamaged) != std::string::npos) {
    return Error{ErrorKind::corrupt_data,
                 fmt::format("{} is damaged and cannot be opened ({}); restore it from a backup",
                             file.string(), text)};
  }
  return Error{ErrorKind::unavailable, fmt::format("{} cannot be opened: {}", file.string(), text)};
}

}  // namespace

namespace {

/// Before 1.5.2 rows that were retried after a failed commit were stored garbled (DuckDB's issue
/// 22279); the library is another file than the program.
Result<void> check_library() {
  int major = 0;
  int minor = 0;
  int patch = 0;
  const char* const version = duckdb_library_version();
  const bool is_read = std::sscanf(version, "v%d.%d.%d", &major, &minor, &patch) == 3;
  if (!is_read || std::tuple(major, minor, patch) >= std::tuple(1, 5, 2)) return {};
  return Error{ErrorKind::unavailable,
               fmt::format("libduckdb is {}, which can store garbled rows after a failed write; "
                           "1.5.2 or newer is needed",
                           version)};
}

}  // namespace

Result<Database> Database::open(const std::filesystem::path& file, StoreAccess access) {
  if (auto known = check_library(); !known) return known.error();
  if (!file.empty() && access == StoreAccess::reads_and_writes) {
    const auto log = repair_log(file);
    if (!log) return log.error();
    if (*log == LogState::unknown) {
      if (auto rewritten = rewrite_torn_log(file); !rewritten) return rewritten.error();
    }
  }
  // A commit of many rows goes straight into the file; the log is for small ones. The longer it may
  // grow, the rarer and the longer the checkpoints that commits wait for: with this much, fewer
  // than one commit in a hundred does.
  auto raw = open_file(file, access, "192MB");
  if (!raw) return raw.error();
  return Database(std::make_shared<Instance>(*raw, file, access));
}

Result<void> Database::rewrite_torn_log(const std::filesystem::path& file) {
  // DuckDB (1.4.4, 1.5.6) replays the rows of a bulk commit whose end the log lacks, without the
  // rest of its transaction; they would be seen, and be gone after the next start. Its first write
  // cuts the torn end off the log: so it writes, forgets what it replayed, and is opened again.
  // A checkpoint would make such rows permanent.
  auto raw = open_file(file, StoreAccess::reads_and_writes, "1TB");
  if (!raw) return raw.error();
  Database database(
      std::make_shared<Instance>(*raw, std::filesystem::path(), StoreAccess::reads_and_writes));
  auto connection = database.connect();
  if (!connection) return connection.error();
  for (const char* sql :
       {"PRAGMA disable_checkpoint_on_shutdown",
        "CREATE OR REPLACE TABLE end_of_log (nothing INTEGER)", "DROP TABLE end_of_log"}) {
    if (auto done = connection->run(sql); !done) return done;
  }
  return {};
}

Result<Connection> Database::connect() {
  if (instance_->is_given_up()) return instance_->failure();
  duckdb_connection raw = nullptr;
  if (duckdb_connect(instance_->raw(), &raw) == DuckDBError) {
    return Error{ErrorKind::unavailable, "the database takes no connection"};
  }
  Connection connection(raw, instance_);
  if (auto set = connection.run("SET TimeZone = 'UTC'"); !set) return set.error();
  return connection;
}

Appender::Appender(Connection& connection, duckdb_appender raw,
                   std::vector<duckdb_logical_type> types)
    : connection_(&connection),
      raw_(raw),
      types_(std::move(types)),
      chunk_(duckdb_create_data_chunk(types_.data(), types_.size())) {}

Result<Appender> Appender::open(Connection& connection, const char* table) {
  if (auto usable = connection.check_usable(); !usable) return usable.error();
  duckdb_appender raw = nullptr;
  if (duckdb_appender_create(connection.raw(), nullptr, table, &raw) == DuckDBError) {
    const Error error = database_error("cannot append", duckdb_appender_error(raw));
    duckdb_appender_destroy(&raw);
    return error;
  }
  std::vector<duckdb_logical_type> types;
  for (idx_t at = 0; at < duckdb_appender_column_count(raw); ++at) {
    types.push_back(duckdb_appender_column_type(raw, at));
  }
  return Appender(connection, raw, std::move(types));
}

Appender::~Appender() {
  for (duckdb_logical_type& type : types_) duckdb_destroy_logical_type(&type);
  if (raw_ != nullptr) duckdb_appender_destroy(&raw_);
}

Appender::Place Appender::next_row() {
  if (rows_ == duckdb_vector_size()) hand_on();
  return {chunk_, rows_++};
}

void Appender::hand_on() {
  if (rows_ == 0) return;
  duckdb_data_chunk_set_size(chunk_.raw(), std::exchange(rows_, 0));
  if (duckdb_append_data_chunk(raw_, chunk_.raw()) == DuckDBError) has_failed_ = true;
  duckdb_data_chunk_reset(chunk_.raw());
}

Result<void> Appender::close() {
  hand_on();
  if (has_failed_ || duckdb_appender_close(raw_) == DuckDBError) {
    const char* message = duckdb_appender_error(raw_);
    Error error = database_error("cannot append", message != nullptr ? message : "unknown error");
    duckdb_error_data data = duckdb_appender_error_data(raw_);
    connection_->note_failure(duckdb_error_data_error_type(data), error.message);
    duckdb_destroy_error_data(&data);
    return error;
  }
  return {};
}

duckdb_hugeint to_hugeint(Wide value) {
  duckdb_hugeint parts;
  parts.lower = static_cast<std::uint64_t>(value);
  parts.upper = static_cast<std::int64_t>(static_cast<std::uint64_t>(value >> 64));
  return parts;
}

Wide from_hugeint(duckdb_hugeint value) {
  return Wide{static_cast<std::uint64_t>(value.upper)} << 64 | value.lower;
}

std::string quoted_text(std::string_view text) {
  std::string quoted = "'";
  for (const char character : text) {
    quoted += character;
    if (character == '\'') quoted += character;
  }
  return quoted += '\'';
}

}  // namespace tidemark::duck
