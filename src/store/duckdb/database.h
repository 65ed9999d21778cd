#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <duckdb.h>

#include "base/result.h"
#include "base/whole_root.h"
#include "store/duckdb/durable_mark.h"
#include "store/store_access.h"

namespace tidemark::duck {

/// One chunk of rows, by column; owns itself.
class Chunk {
 public:
  explicit Chunk(duckdb_data_chunk raw) : raw_(raw) {}
  Chunk(Chunk&& other) noexcept : raw_(std::exchange(other.raw_, nullptr)) {}
  Chunk& operator=(Chunk&& other) noexcept {
    std::swap(raw_, other.raw_);
    return *this;
  }
  ~Chunk() {
    if (raw_ != nullptr) duckdb_destroy_data_chunk(&raw_);
  }

  explicit operator bool() const { return raw_ != nullptr; }
  duckdb_data_chunk raw() const { return raw_; }
  std::size_t size() const { return duckdb_data_chunk_get_size(raw_); }

  /// A column's values; `T` is the C type DuckDB keeps the column's SQL type in.
  template <class T>
  T* column(std::size_t at) const {
    return static_cast<T*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(raw_, at)));
  }
  std::string_view text(std::size_t at, std::size_t row) const;
  bool is_null(std::size_t at, std::size_t row) const;
  void set_null(std::size_t at, std::size_t row);
  void set_text(std::size_t at, std::size_t row, std::string_view text);

 private:
  duckdb_data_chunk raw_;
};

/// The rows of a query. DuckDB wants a result destroyed even when its query failed.
class Rows {
 public:
  Rows() = default;
  Rows(Rows&& other) noexcept : raw_(std::exchange(other.raw_, {})) {}
  Rows& operator=(Rows&& other) noexcept {
    std::swap(raw_, other.raw_);
    return *this;
  }
  ~Rows() { duckdb_destroy_result(&raw_); }

  /// The next chunk; none after the last.
  Chunk next() { return Chunk(duckdb_fetch_chunk(raw_)); }
  /// What went wrong; empty if nothing did.
  std::string error() {
    const char* message = duckdb_result_error(&raw_);
    return message != nullptr ? message : "";
  }
  /// Calls `visit(chunk)` for each chunk to the last. Fails where the rows end because of an error,
  /// not because there are no more.
  template <class Visit>
  Result<void> for_each_chunk(const Visit& visit) {
    while (const Chunk chunk = next()) visit(chunk);
    const std::string message = error();
    if (message.empty()) return {};
    return Error{ErrorKind::unavailable, "the database failed while it was read: " + message};
  }
  /// Likewise `visit(chunk, row)` for each row.
  template <class Visit>
  Result<void> for_each_row(const Visit& visit) {
    return for_each_chunk([&](const Chunk& chunk) {
      for (std::size_t row = 0; row < chunk.size(); ++row) visit(chunk, row);
    });
  }
  duckdb_result* raw() { return &raw_; }

 private:
  duckdb_result raw_{};
};

/// A value for a parameter of a statement.
class Parameter {
 public:
  Parameter(std::int64_t number) : number_(number) {}
  Parameter(std::string_view text) : text_(text), is_text_(true) {}

  duckdb_state bind(duckdb_prepared_statement statement, idx_t at) const {
    return is_text_ ? duckdb_bind_varchar_length(statement, at, text_.data(), text_.size())
                    : duckdb_bind_int64(statement, at, number_);
  }

 private:
  std::int64_t number_ = 0;
  std::string_view text_;
  bool is_text_ = false;
};

class Connection;

/// An open database, closed when nothing uses it any more. Safe to use from several threads.
///
/// After a failed write it is given up: nothing more is written or read through it, as neither the
/// operating system nor DuckDB says what of the write is on the disk. Whoever needs the database
/// then opens it again, which reads what is there.
class Instance {
 public:
  /// An empty path: in memory.
  Instance(duckdb_database raw, const std::filesystem::path& file, StoreAccess access);
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  ~Instance();

  duckdb_database raw() const { return raw_; }
  const std::filesystem::path& file() const { return file_; }

  /// Interrupts what its connections are at, and lets closing it write nothing.
  void give_up(const std::string& reason);
  bool is_given_up() const { return is_given_up_; }
  /// Why it was given up.
  Error failure() const;

  void add(duckdb_connection connection);
  void remove(duckdb_connection connection);
  /// Commits one at a time, and notes what is durable then.
  Result<void> commit(Connection& connection);

 private:
  duckdb_database raw_;
  std::filesystem::path file_;       // empty: in memory
  std::optional<DurableMark> mark_;  // of a file
  std::atomic<bool> is_given_up_{false};
  std::mutex committing_;
  mutable std::mutex lock_;
  std::string reason_;
  std::set<duckdb_connection> connections_;
};

/// A connection to an open database. Not for use by two threads at once.
class Connection {
 public:
  /// One that could not be opened: everything fails for this reason.
  explicit Connection(Error reason) : reason_(std::move(reason)) {}
  Connection() : Connection(Error{ErrorKind::unavailable, "the store is closed"}) {}
  Connection(duckdb_connection raw, std::shared_ptr<Instance> instance);
  Connection(Connection&& other) noexcept
      : raw_(std::exchange(other.raw_, nullptr)),
        instance_(std::move(other.instance_)),
        reason_(std::move(other.reason_)),
        is_writing_(other.is_writing_) {}
  Connection& operator=(Connection&& other) noexcept {
    std::swap(raw_, other.raw_);
    std::swap(instance_, other.instance_);
    std::swap(reason_, other.reason_);
    std::swap(is_writing_, other.is_writing_);
    return *this;
  }
  ~Connection();

  /// Whether it can still be used.
  bool is_usable() const { return raw_ != nullptr && !instance_->is_given_up(); }
  /// Succeeds if it can still be used, else says why not.
  Result<void> check_usable() const;

  Result<void> run(std::string_view sql);
  /// Runs one statement with its parameters and keeps all rows in memory.
  Result<Rows> query(std::string_view sql, const std::vector<Parameter>& parameters = {});
  /// The first column of a query's rows, which are texts.
  Result<std::vector<std::string>> texts(std::string_view sql);
  /// Runs one statement whose rows are made while they are read.
  Result<Rows> stream(std::string_view sql, const std::vector<Parameter>& parameters = {});

  /// Makes the question at hand fail; from any thread.
  void break_off() {
    if (raw_ != nullptr) duckdb_interrupt(raw_);
  }

  duckdb_connection raw() const { return raw_; }
  Instance& instance() const { return *instance_; }

  /// Whether what it is at changes the database: then a failed write gives it up.
  void set_writing(bool is_writing) { is_writing_ = is_writing; }
  /// Something that it did has failed.
  void note_failure(duckdb_error_type type, const std::string& message);

 private:
  Result<Rows> execute(std::string_view sql, const std::vector<Parameter>& parameters,
                       bool is_streamed);
  Error failed(std::string_view doing, Rows& rows);

  duckdb_connection raw_ = nullptr;
  std::shared_ptr<Instance> instance_;
  Error reason_{};  // of one that is closed
  bool is_writing_ = false;
};

/// Rolls back unless committed. A commit that fails gives the database up, and so does a failed
/// write before it.
class Transaction {
 public:
  enum class Purpose : std::uint8_t { reads, writes };
  static Result<Transaction> begin(Connection& connection, Purpose purpose);
  Transaction(Transaction&& other) noexcept
      : connection_(std::exchange(other.connection_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  Result<void> commit();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}

  Connection* connection_;
};

/// An open DuckDB database file; an empty path keeps it in memory.
class Database {
 public:
  /// Fails with `unavailable` when another process holds the file, naming it, and with
  /// `corrupt_data` when acknowledged changes are missing that may be elsewhere. A log with a torn
  /// end is cut; of a damaged one see `log_repair.h`.
  static Result<Database> open(const std::filesystem::path& file,
                               StoreAccess access = StoreAccess::reads_and_writes);

  Result<Connection> connect();

  const std::shared_ptr<Instance>& instance() const { return instance_; }

 private:
  explicit Database(std::shared_ptr<Instance> instance) : instance_(std::move(instance)) {}
  static Result<void> rewrite_torn_log(const std::filesystem::path& file);

  std::shared_ptr<Instance> instance_;
};

/// Appends rows to a table of the connection's transaction, a chunk at a time.
class Appender {
 public:
  static Result<Appender> open(Connection& connection, const char* table);
  Appender(Appender&& other) noexcept
      : connection_(other.connection_),
        raw_(std::exchange(other.raw_, nullptr)),
        types_(std::move(other.types_)),
        chunk_(std::move(other.chunk_)),
        rows_(other.rows_) {}
  Appender& operator=(Appender&&) = delete;
  ~Appender();

  /// The chunk to fill next and the row to fill in it. A full chunk is handed on first.
  struct Place {
    Chunk& chunk;
    std::size_t row;
  };
  Place next_row();

  /// Hands on what is left. Fails with what went wrong since `open`.
  Result<void> close();

 private:
  Appender(Connection& connection, duckdb_appender raw, std::vector<duckdb_logical_type> types);
  void hand_on();

  Connection* connection_;
  duckdb_appender raw_;
  std::vector<duckdb_logical_type> types_;
  Chunk chunk_;
  std::size_t rows_ = 0;
  bool has_failed_ = false;
};

duckdb_hugeint to_hugeint(Wide value);
Wide from_hugeint(duckdb_hugeint value);

/// A text as SQL writes it: 'it''s'.
std::string quoted_text(std::string_view text);

}  // namespace tidemark::duck
