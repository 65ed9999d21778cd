#pragma once

#include <string_view>

namespace tidemark {

/// Tells systemd how the service stands (`READY=1`, `STOPPING=1`), where it asks to be told.
void tell_systemd(std::string_view state);

}  // namespace tidemark
