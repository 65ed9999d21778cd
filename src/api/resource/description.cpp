#include "api/openapi.h"
#include "api/resource/answers.h"

namespace tidemark::answer {

Result<HttpReply> description(Desk&, Question&) {
  return HttpReply{200, "application/json", open_api()};
}

}  // namespace tidemark::answer
