#pragma once

#include "supervision/detail/child_table.hpp"

namespace scalesmall::supervision {

/// Makes the stable references of a child and of all children below it refuse, because the
/// supervisor will not restart this child.
void refuse_refs(const child& c);

/// The same for all children of one supervisor.
void refuse_refs(const child_table& table);

/// Makes those stable references in a table refuse that are not bound. Called with the old table
/// after a restart of a nested supervisor, which may have other children than before.
void refuse_unbound_refs(const child_table& table);

}  // namespace scalesmall::supervision
