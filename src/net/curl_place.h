#pragma once

#include <memory>
#include <string>
#include <vector>

#include <curl/curl.h>

#include "base/result.h"

namespace tidemark {

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlList = std::unique_ptr<curl_slist, FreeList>;
void add(CurlList& list, const std::string& text);

/// Where a request to an address goes: what `CURLOPT_RESOLVE` takes, so that connected to is what
/// was looked at, not what the name stands for a moment later. Fails with `invalid_input` where the
/// host is, or has also, an address that is not public.
Result<CurlList> public_place(const std::string& url);

}  // namespace tidemark
