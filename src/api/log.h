#pragma once

#include <string_view>

#include "base/clock.h"

namespace tidemark {

/// Writes a line of JSON to standard output: `{"ts": …, "level": …, "msg": …}`.
void log_line(const Clock& clock, std::string_view level, std::string_view message);

/// Writes that a request was for a path that is not there: shortened, and without segments that may
/// be keys. At most a hundred lines a second, with those of `log_refusal`.
void log_unknown_path(const Clock& clock, std::string_view request_id, std::string_view path);

/// Writes that a request was not answered as it wished: by its id, without its path, body or key.
void log_refusal(const Clock& clock, std::string_view request_id, std::string_view method,
                 int status);

}  // namespace tidemark
