#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidemark {

/// Names by number, and numbers by name; copies share them.
class Names {
 public:
  Names(std::vector<std::string> names);

  const std::vector<std::string>& list() const;
  operator const std::vector<std::string>&() const { return list(); }
  const std::string& operator[](std::size_t number) const { return list()[number]; }
  std::size_t size() const { return list().size(); }
  auto begin() const { return list().begin(); }
  auto end() const { return list().end(); }

  /// The number of a name; none where it is not there. The first question makes an index.
  std::optional<std::size_t> find(std::string_view name) const;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace tidemark
