#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace scalesmall {

enum class metric_type : bool { counter, gauge };

/// Writes Prometheus's text format 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/).
class metrics_text {
public:
  static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

  using labels = std::vector<std::pair<std::string_view, std::string_view>>;

  /// Begins a metric; its samples follow. @pre no metric of that name was begun before
  void begin(std::string_view name, metric_type type, std::string_view help);

  /// A sample of the metric that was begun last.
  void add(std::uint64_t value, const labels& of = {});
  void add(double value, const labels& of = {});

  [[nodiscard]] std::string take() && { return std::move(text_); }

private:
  void begin_sample(const labels& of);

  std::string name_;
  std::string text_;
};

}  // namespace scalesmall
