#include "cli/html_page.h"

#include <fmt/format.h>

namespace tidemark {
namespace {

constexpr std::string_view kStyle = R"css(
:root { color-scheme: light dark; --ink: #1c2733; --faint: #5d6b7a; --line: #d8dee5; --paper: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf0; --faint: #9aa7b4; --line: #37424e; --paper: #14191f; } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: 0; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
p.faint, figcaption, th { color: var(--faint); } p.verdict { font-size: 1.1rem; margin: .4rem 0; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: right; padding: .25rem .6rem; border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; font-weight: 400; }
th:first-child, td:first-child { text-align: left; } ul { list-style: none; padding-left: .4rem; }
figure { margin: 1rem 0; overflow-x: auto; } svg { max-width: 100%; height: auto; } svg text { fill: var(--faint); font-size: 12px; }
svg .axis { stroke: var(--line); }
)css";

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char letter : text) {
    switch (letter) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += letter;
    }
  }
  return out;
}

std::string html_page(std::string_view title, std::string_view body) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\">"
      "<title>{}</title><style>{}</style></head><body>\n{}</body></html>\n",
      escaped(title), kStyle, body);
}

}  // namespace tidemark
