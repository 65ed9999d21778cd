#pragma once

#include "base/result.h"

namespace tidemark {

/// What the process answers: 2 for what the user can mend, 1 for what failed, 130 when told to
/// stop.
inline int exit_code(ErrorKind kind) {
  switch (kind) {  // No default: a new kind must not compile until it is mapped here.
    case ErrorKind::invalid_input:
    case ErrorKind::not_found:
      return 2;
    case ErrorKind::conflict:
    case ErrorKind::unavailable:
    case ErrorKind::corrupt_data:
      return 1;
    case ErrorKind::interrupted:
      return 130;
  }
  return 1;
}

}  // namespace tidemark
