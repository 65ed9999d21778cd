#pragma once

#include <filesystem>
#include <memory>

#include "base/clock.h"
#include "base/result.h"

namespace tidemark {

/// The clock of this process: the system's, or for tests one that is moved by a number of seconds.
///
/// A test sets TIDEMARK_TEST_CLOCK to the seconds. `init` and `demo` then write them to the file
/// `test-clock` of the new workspace, which is read whenever the time is asked for, so that a test
/// can move the clock of a running server. Fails with `invalid_input` where the variable is set and
/// the workspace in `folder` has no such file: a real workspace never runs on a moved clock.
Result<std::unique_ptr<Clock>> process_clock(const std::filesystem::path& folder);

/// Marks a new workspace as one for tests, if TIDEMARK_TEST_CLOCK is set.
Result<void> mark_test_clock(const std::filesystem::path& folder);

}  // namespace tidemark
