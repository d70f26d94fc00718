#pragma once

#include "supervision/detail/child_table.hpp"

namespace scalesmall::supervision {

/// The child will not come back by itself: its stable reference and those of all children below it
/// refuse.
void refuse_refs(const child& c);

/// The same for all children of one supervisor.
void refuse_refs(const child_table& table);

/// A nested supervisor was started anew with other children than before: what was named in its old
/// table and is not bound again refuses.
void refuse_unbound_refs(const child_table& table);

}  // namespace scalesmall::supervision
