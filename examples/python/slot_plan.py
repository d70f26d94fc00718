"""The plan of docs/assignment.md: which members of a group are to serve which slots. Integers only."""

from scalesmall_wire.records import U32, U64, Stamp, clock_bytes, mixed, split_mix


def cost(seed, slot, slots, capacity):
    bits, place = slots.bit_length() - 1, slot
    for i in range(4):
        place = (place + (seed >> 16 * i)) * 0x9E3779B1 % slots
        place ^= place >> (bits + 1) // 2
    x = (place << 32 - bits | split_mix(seed + (slot + 1) * 0x9E3779B97F4A7C15 & U64) >> 32 + bits) + 1
    mantissa, fraction = x << 32 - x.bit_length(), 0
    for _ in range(32):
        mantissa *= mantissa
        fraction = fraction << 1 | mantissa >> 63
        mantissa >>= 31 + (mantissa >> 63)
    return ((33 - x.bit_length() << 32) - fraction << 24) // capacity if x <= U32 else 0


def shares(holders, total):
    """Divides a total among holders {name: (weight, most)}."""
    weight = sum(w for w, _ in holders.values())
    full = {x: most for x, (w, most) in holders.items() if w * total >= most * weight}
    if not full:
        return {x: w * total // weight for x, (w, _) in holders.items()}
    return full | shares({x: y for x, y in holders.items() if x not in full}, total - sum(full.values()))


def slot_plan(members, replicas, slots):
    """The owners of each slot, the primary first; members are {net_id: (zone, capacity)}."""
    zone = {n: z or n for n, (z, _) in members.items()}
    inside = {z: {n: (members[n][1], slots << 12) for n in members if zone[n] == z} for z in zone.values()}
    replicas = min(replicas, len(members))
    zone_max = -(-replicas // max(len(inside), 1))
    of_zone = shares({z: (sum(w for w, _ in who.values()), min(zone_max, len(who)) * slots << 12)
                      for z, who in inside.items()}, replicas * slots << 12)
    cap = {n: -(-11 * x // 40960) for z, who in inside.items() for n, x in shares(who, of_zone[z]).items()}
    seeds = {n: mixed(clock_bytes(n, Stamp(0, 0))) for n in members}
    costs = {(s, n): cost(seeds[n], s, slots, members[n][1]) for n in members for s in range(slots)}
    pairs = sorted((c, s, n) for (s, n), c in costs.items())
    owners, load = [set() for _ in range(slots)], dict.fromkeys(members, 0)

    def fits(s, n, gone=()):
        return n not in owners[s] and sum(zone[x] == zone[n] for x in owners[s] - {gone}) < zone_max

    def give(s, n):
        owners[s].add(n)
        load[n] += 1

    for rule in ("zones and caps", "moves", "zones", "caps", "none") if members else ():
        for _, s, n in pairs if min(map(len, owners)) < replicas else ():
            if len(owners[s]) == replicas or not (fits(s, n) if rule not in ("caps", "none") else n not in owners[s]):
                continue
            if rule == "moves":
                for t, m in [(t, m) for _, t, m in pairs if load[m] < cap[m] and n in owners[t] and fits(t, m, n)][:1]:
                    owners[t].remove(n), give(t, m), give(s, n), load.update({n: load[n] - 1})
            elif "caps" not in rule or load[n] < cap[n]:
                give(s, n)
    return [sorted(who, key=lambda n, s=s: (costs[s, n], n)) for s, who in enumerate(owners)]
