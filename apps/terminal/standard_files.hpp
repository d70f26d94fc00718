#pragma once

namespace scalesmall {

/// Which of the standard descriptors were closed when the program started.
struct closed_files {
  bool output = false;
  bool errors = false;
};

/// Puts /dev/null in the place of the descriptors 0, 1 and 2 that are closed. Otherwise the next
/// file or socket that the program opens would take the number. Call it before anything is opened.
closed_files fill_standard_files();

/// Writes out what waits in standard output. False if the system does not take it all.
[[nodiscard]] bool output_arrived();

}  // namespace scalesmall
