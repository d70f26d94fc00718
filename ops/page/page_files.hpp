#pragma once

#include <span>
#include <string_view>

namespace scalesmall {

/// A file of the page that shows a node in a browser. The files are compiled into the library; they
/// hold nothing of a node.
struct page_file {
  std::string_view path;  ///< of the request: "/", or "/page/" and a name
  std::string_view content_type;
  std::string_view text;
};

[[nodiscard]] std::span<const page_file> page_files() noexcept;

}  // namespace scalesmall
