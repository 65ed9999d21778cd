#pragma once

#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "base/day.h"

namespace tidemark {

/// Adds an option that takes a day, written 2026-03-31.
inline CLI::Option* add_day_option(CLI::App& app, const std::string& name, std::optional<Day>& day,
                                   const std::string& description) {
  return app
      .add_option_function<std::string>(
          name,
          [&day, name](const std::string& text) {
            day = parse_day(text);
            if (!day) throw CLI::ValidationError(name, "not a day: " + text + "; write 2026-03-31");
          },
          description)
      ->type_name("DAY");
}

}  // namespace tidemark
