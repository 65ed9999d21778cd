#include <algorithm>
#include <cstdio>
#include <memory>

#include <fmt/format.h>
#include <unistd.h>

#include "api/import_report.h"
#include "cli/command.h"
#include "cli/live_workspace.h"
#include "cli/run_import.h"
#include "cli/surroundings.h"
#include "cli/workspace.h"
#include "net/http.h"
#include "wire/names.h"

namespace tidemark {
namespace {

struct ImportCommand {
  std::vector<std::string> files;
  std::vector<std::string> columns;
  std::string dedupe = "ids";
  std::string dialect;
  bool is_of_accounts = false;
  bool is_of_users = false;
  bool is_preview = false;
  bool is_again = false;
  bool as_json = false;
};

/// Standard input or a pipe, kept in a file of the workspace while it is imported: an import reads
/// its file twice.
class SpooledInput {
 public:
  static Result<std::unique_ptr<SpooledInput>> read(std::FILE* input,
                                                    const std::filesystem::path& folder) {
    auto file = folder / fmt::format("stdin-{}.part", getpid());
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(file.c_str(), "wb"),
                                                        std::fclose);
    auto spooled = std::make_unique<SpooledInput>(std::move(file));
    std::vector<char> block(std::size_t{1} << 20);
    bool is_written = out != nullptr;
    while (is_written) {
      const std::size_t count = std::fread(block.data(), 1, block.size(), input);
      if (count == 0) break;
      is_written = std::fwrite(block.data(), 1, count, out.get()) == count;
    }
    if (!is_written || std::fflush(out.get()) != 0) {
      return Error{ErrorKind::unavailable,
                   fmt::format("{} cannot be written", spooled->file_.string())};
    }
    return spooled;
  }
  explicit SpooledInput(std::filesystem::path file) : file_(std::move(file)) {}
  ~SpooledInput() {
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
  }
  SpooledInput(const SpooledInput&) = delete;
  SpooledInput& operator=(const SpooledInput&) = delete;

  const std::filesystem::path& file() const { return file_; }

 private:
  std::filesystem::path file_;
};

void print_preview(const Terminal& terminal, const std::string& name,
                   const ImportPreview& preview) {
  print("{} ({}). Nothing was written.\n\n", terminal.bold(name), preview.format);
  if (!preview.columns.empty()) {
    Table mapping({{"column"}, {"becomes"}});
    for (std::size_t at = 0; at < preview.columns.size(); ++at) {
      const auto field = preview.mapping.field_of(at);
      mapping.add({preview.columns[at],
                   field ? std::string(field_name(*field)) : terminal.faint("a property")});
    }
    print("{}\n", mapping.text(terminal));
  }
  std::vector<std::size_t> shown;
  std::vector<Table::Column> headings;
  for (std::size_t at = 0; at < kFieldCount; ++at) {
    const bool is_mapped = preview.mapping.column_of(static_cast<Field>(at)).has_value();
    const bool is_said =
        preview.columns.empty() &&
        std::ranges::any_of(preview.rows, [&](const auto& row) { return !row[at].empty(); });
    if (!is_mapped && !is_said) continue;
    shown.push_back(at);
    headings.push_back({std::string(kFieldNames[at])});
  }
  Table rows(std::move(headings));
  for (const auto& row : preview.rows) {
    std::vector<std::string> cells;
    for (const std::size_t at : shown) cells.push_back(row[at]);
    rows.add(std::move(cells));
  }
  if (!rows.is_empty()) print("The first records:\n{}", rows.text(terminal));
  for (const Reject& reject : preview.rejects) {
    print("Line {} would be rejected: {}{} ({}).\n", reject.line, reject_reason_name(reject.reason),
          reject.value.empty() ? "" : fmt::format(" \"{}\"", reject.value),
          reject_reason_advice(reject.reason));
  }
}

/// Which column holds which field, in a line: said before anything is written.
std::string mapping_words(const ImportPreview& preview) {
  std::string words;
  std::size_t mapped = 0;
  for (std::size_t at = 0; at < kFieldCount; ++at) {
    const auto field = static_cast<Field>(at);
    const auto column = preview.mapping.column_of(field);
    if (!column) continue;
    ++mapped;
    words += fmt::format("{}{} = {}", words.empty() ? "" : ", ", field_name(field),
                         preview.columns[*column]);
  }
  if (preview.columns.empty()) return std::string(preview.format);
  const auto others = static_cast<std::int64_t>(preview.columns.size() - mapped);
  if (others > 0) {
    words += fmt::format("; {} kept as properties", counted(others, "column is", "columns are"));
  }
  return fmt::format("{}: {}", preview.format, words);
}

/// A file as it was named, and where it can be read twice.
struct NamedFile {
  std::filesystem::path file;
  std::string shown;
  std::unique_ptr<SpooledInput> spooled = {};
};

Result<NamedFile> find_file(const std::string& name, const std::filesystem::path& folder) {
  NamedFile found{resolved(name), name == "-" ? "standard input" : name};
  std::error_code ignored;
  const bool is_pipe = std::filesystem::is_fifo(found.file, ignored);
  if (name != "-" && !is_pipe) return found;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(
      is_pipe ? std::fopen(found.file.c_str(), "rb") : nullptr,
      [](std::FILE* opened) { return opened != nullptr ? std::fclose(opened) : 0; });
  if (is_pipe && pipe == nullptr) {
    return Error{ErrorKind::unavailable, fmt::format("{} cannot be opened", name)};
  }
  auto read = SpooledInput::read(is_pipe ? pipe.get() : stdin, folder);
  if (!read) return read.error();
  found.spooled = *std::move(read);
  found.file = found.spooled->file();
  return found;
}

/// The import as a question of the server that has the workspace open.
WorkspaceQuestion import_question(const NamedFile& file, const ImportOptions& options) {
  static constexpr std::array<std::string_view, 3> kKinds = {"events", "accounts", "users"};
  constexpr int kPatience = 24 * 3600;
  std::error_code ignored;
  std::string query = fmt::format(
      "/api/v1/imports?name={}&path={}&kind={}&dedupe={}&again={}", encoded_form_text(file.shown),
      encoded_form_text(std::filesystem::absolute(file.file, ignored).string()),
      kKinds[static_cast<std::size_t>(options.kind)],
      options.dedupe == Dedupe::rows ? "rows" : "ids", options.is_again ? "yes" : "no");
  if (!options.dialect.empty()) query += "&from=" + options.dialect;
  for (const MappedColumn& column : options.columns) {
    query +=
        "&map=" + encoded_form_text(fmt::format("{}={}", field_name(column.field), column.column));
  }
  return {.method = "POST", .path = std::move(query), .seconds = kPatience};
}

/// Lets the server that has the workspace open import the file.
Result<void> import_at_server(const Invocation& invocation, const NamedFile& file,
                              const ImportOptions& options, bool as_json) {
  const Instant started = invocation.clock.now();
  const auto answer = ask_server(invocation.folder, import_question(file, options));
  if (!answer) {
    return Error{ErrorKind::unavailable,
                 "the server that has the workspace open did not answer to the end; import the "
                 "file again: it goes on where it stopped"};
  }
  if (!*answer) return answer->error();
  const auto report = parse_import(**answer);
  if (!report) return Error{ErrorKind::unavailable, "the server's answer cannot be read"};
  say_imported(file.shown, options, *report, invocation.folder,
               std::chrono::duration<double>(invocation.clock.now() - started).count(), as_json);
  return {};
}

Result<void> import_one(Workspace& workspace, const Invocation& invocation, const std::string& name,
                        const ImportOptions& options, const ImportCommand& command) {
  const auto named = find_file(name, workspace.folder);
  if (!named) return named.error();
  const auto& [file, shown, spooled] = *named;
  const std::atomic<bool> is_never_interrupted{false};
  Importer importer(*workspace.store, invocation.clock, is_never_interrupted, [](const auto&) {});
  const auto preview = importer.preview(file, options);
  if (command.is_preview) {
    if (!preview) return preview.error();
    print_preview(invocation.terminal, shown, *preview);
    return {};
  }
  // A file that cannot be previewed is refused by its import, which looks at all of it and knows
  // best why.
  if (preview && !command.as_json) print("{}\n", mapping_words(*preview));
  std::fflush(surroundings().out);
  return import_and_report(workspace, invocation, file, shown, options, command.as_json);
}

}  // namespace

RunCommand declare_import(CLI::App& app) {
  const auto command = std::make_shared<ImportCommand>();
  app.add_option("FILE", command->files,
                 "CSV, JSON Lines or Parquet; plain, gzip, zstd or zip; - for standard input")
      ->required();
  app.add_option("--from", command->dialect,
                 "The file is an archive of this tool (JSON Lines, Parquet, zip): its messages are "
                 "read as its clients send them, with whose they are")
      ->check(CLI::IsMember({"segment", "rudder", "posthog", "mixpanel", "amplitude"}));
  app.add_option(
         "--map", command->columns,
         "Which column is which field: account=company_id (fields: account, event, time, user, "
         "message_id, received_at, properties)")
      ->type_name("FIELD=COLUMN")
      ->allow_extra_args(false);
  app.add_option(
         "--dedupe", command->dedupe,
         "ids: only by message id. rows: rows that are alike count once, for exports that overlap")
      ->check(CLI::IsMember({"ids", "rows"}))
      ->capture_default_str();
  auto* accounts = app.add_flag("--accounts", command->is_of_accounts,
                                "The file has accounts: an id and properties, one row each");
  app.add_flag("--users", command->is_of_users,
               "The file has users: an id, their account, and properties")
      ->excludes(accounts);
  app.add_flag("--dry-run", command->is_preview, "Show what the columns become; write nothing");
  app.add_flag("--again", command->is_again,
               "Take back the earlier import of the same content first, with all its events");
  app.add_flag("--json", command->as_json, "Say how it went as JSON");
  app.footer(
      "Examples:\n  tidemark import events.csv.gz --dry-run\n  tidemark import events.csv.gz\n"
      "  tidemark import march.jsonl april.jsonl --map account=workspace.id\n"
      "  zcat events.csv.gz | tidemark import -\n"
      "  tidemark import --from amplitude export.zip\n"
      "  tidemark import --accounts accounts.csv\n"
      "  tidemark import --users users.csv\n\n"
      "Properties hold from the day in a column valid_from. Without one, the first value of a "
      "property holds from the beginning and later ones from their import. created_at, churned_at "
      "and cancelled_at are read as dates.");
  return [command](const Invocation& invocation) -> Result<void> {
    ImportOptions options;
    options.dedupe = command->dedupe == "rows" ? Dedupe::rows : Dedupe::message_ids;
    options.is_again = command->is_again;
    options.dialect = command->dialect == "rudder" ? "segment" : command->dialect;
    if (!options.dialect.empty() &&
        (!command->columns.empty() || command->is_of_accounts || command->is_of_users)) {
      return Error{ErrorKind::invalid_input,
                   "--from says what a file's messages mean; it goes without --map, --accounts and "
                   "--users"};
    }
    if (command->is_of_accounts) options.kind = RecordKind::accounts;
    if (command->is_of_users) options.kind = RecordKind::users;
    for (const std::string& text : command->columns) {
      auto column = parse_mapped_column(text);
      if (!column) return column.error();
      options.columns.push_back(*std::move(column));
    }
    if (!command->is_preview && ask_server(invocation.folder, {.path = "/api/v1/status?runs=0"})) {
      for (const std::string& name : command->files) {
        const auto file = find_file(name, invocation.folder);
        if (!file) return file.error();
        const auto done = import_at_server(invocation, *file, options, command->as_json);
        if (!done) return done.error();
      }
      return {};
    }
    auto workspace = open_workspace(invocation.folder);
    if (!workspace) return workspace.error();
    if (command->is_preview) {
      for (const std::string& file : command->files) {
        if (auto done = import_one(*workspace, invocation, file, options, *command); !done)
          return done;
      }
      return {};
    }
    const auto entry = workspace->control->begin("import", invocation.clock.now());
    if (!entry) return entry.error();
    for (const std::string& file : command->files) {
      if (auto done = import_one(*workspace, invocation, file, options, *command); !done) {
        if (auto noted =
                workspace->control->end(*entry, done.error().message, invocation.clock.now());
            !noted) {
          return noted;
        }
        return done;
      }
    }
    return workspace->control->end(
        *entry, fmt::format("imported {}", counted(std::ssize(command->files), "file", "files")),
        invocation.clock.now());
  };
}

}  // namespace tidemark
