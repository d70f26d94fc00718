#include "supervision/detail/refuse_refs.hpp"

namespace scalesmall::supervision {

namespace {

template <class F>
void for_each_ref(const child& c, const F& f) {
  if (c.spec->ref) f(c.spec->ref);
  if (c.nested) c.nested->visit([&f](const child& below) { for_each_ref(below, f); });
}

}  // namespace

void refuse_refs(const child& c) {
  for_each_ref(c, [](const stable_ref_base& ref) { ref.refuse(); });
}

void refuse_refs(const child_table& table) {
  table.visit([](const child& c) { refuse_refs(c); });
}

void refuse_unbound_refs(const child_table& table) {
  table.visit([](const child& c) {
    for_each_ref(c, [](const stable_ref_base& ref) { ref.refuse_unless_bound(); });
  });
}

}  // namespace scalesmall::supervision
