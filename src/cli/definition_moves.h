#pragma once

#include "cli/terminal.h"
#include "score/definition_view.h"

namespace tidemark {

/// How many accounts are on which level under one definition and under another.
Table level_table(const std::string& heading, const WhatMoves& moves, const Terminal& terminal);

/// Who would change level, and by what; how many more there are than are explained.
std::string mover_text(const std::vector<ExplainedMove>& movers, std::size_t all,
                       const std::vector<std::string>& account_ids, const Terminal& terminal);

}  // namespace tidemark
