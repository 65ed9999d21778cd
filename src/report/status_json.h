#pragma once

#include "score/workspace_status.h"
#include "store/sqlite/control.h"
#include "wire/json.h"

namespace tidemark {

/// A moment as people read it, to the second.
std::string instant_words(Instant at);

/// What the next run would do, or what stands in its way.
std::string next_words(const WorkspaceStatus& status, Day last_finished);

/// How much a workspace holds, how far it is scored, and its last runs.
Json status_json(const WorkspaceStatus& status, const Definition& definition,
                 const std::vector<JournalEntry>& journal, Day last_finished);

}  // namespace tidemark
