#pragma once

#include <string_view>

namespace tidemark {

/// Tells systemd how the service stands (`READY=1`, `STOPPING=1`), where it asks to be told.
void tell_service_manager(std::string_view state);

}  // namespace tidemark
