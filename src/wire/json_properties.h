#pragma once

#include <memory>

#include "model/property.h"

namespace tidemark {

/// The properties in a JSON object's text, one text after the other.
class JsonProperties final : public Properties {
 public:
  JsonProperties();
  ~JsonProperties() override;

  /// Reads another object. What is no object, or not well-formed, has no properties.
  void read(std::string_view json);

  PropertyValue value_of(std::string_view name) const override;

 private:
  struct Parser;  // keeps the JSON library out of this header

  std::unique_ptr<Parser> parser_;
};

/// The value a JSON text stands for.
PropertyValue property_value(std::string_view json);

}  // namespace tidemark
