#!/bin/sh
# Starts Redis. Where there are Sentinels, as what they say it is: $1 its own address, $2 that of who is primary at first.
set -eu
umask 077

if [ -z "${FASTI_REDIS_SENTINELS:-}" ]; then
    exec redis-server /etc/fasti/redis.conf
fi

# Since it was stopped another may have become primary; a Sentinel would take ten seconds to tell.
primary=
for sentinel in $(echo "$FASTI_REDIS_SENTINELS" | tr , ' '); do
    [ -n "$primary" ] || primary=$(
        REDISCLI_AUTH=$(cat /secrets/fasti_redis_sentinel_password) \
            timeout 2 redis-cli --raw -h "${sentinel%:*}" -p "${sentinel#*:}" \
            sentinel get-master-addr-by-name fasti 2>/dev/null | head -n 1
    ) || primary=
done

# Where none answers, as it was: Redis keeps the last line up to date as it is told.
if [ -n "$primary" ]; then
    role="replicaof $primary 6379"
elif [ -e /data/role.conf ]; then
    role=$(grep '^replicaof ' /data/role.conf || true)
else
    role="replicaof $2 6379"
fi
if [ "$role" = "replicaof $1 6379" ]; then
    role=
fi
cat > /data/role.conf <<EOF
include /etc/fasti/redis.conf
include /secrets/redis_replication.conf
replica-announce-ip $1
$role
EOF
exec redis-server /data/role.conf
