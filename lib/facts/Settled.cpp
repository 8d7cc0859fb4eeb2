#include "whet/facts/Settled.h"
#include "whet/facts/Predicate.h"
#include "whet/facts/UnitScope.h"

using namespace whet;

void whet::publish(FactBase &Facts) {
  if (UnitScope *Unit = UnitScope::current())
    Unit->Facts.join(Facts);
  else
    Facts.solve();
}

bool whet::settle(Finding &F, const FactBase &Facts, bool IsSeenElsewhere) {
  if (UnitScope::current() || F.Conditions.empty())
    return true;
  if (!hold(Condition::Scope::Finding, F.Conditions, Facts))
    return false;
  if (!F.Suggested)
    return true;
  if (IsSeenElsewhere || !hold(Condition::Scope::Fix, F.Conditions, Facts)) {
    F.Suggested.reset();
  } else if (const Condition *Broken =
                 firstBroken(Condition::Scope::Safety, F.Conditions, Facts)) {
    F.Suggested->Kind = FixKind::Unsafe;
    F.Suggested->Caution = otherwise(*Broken);
  }
  return true;
}
