#!/bin/sh
# Starts a Sentinel. It rewrites its file, which the first start makes: $1 is primary then, $2 its replica.
set -eu
umask 077

if [ -z "${FASTI_REDIS_SENTINELS:-}" ]; then
    echo "The replicas do not know of the Sentinels: set FASTI_REDIS_SENTINELS as deploy/docker/ha.env does." >&2
    exit 1
fi

if [ ! -e /data/sentinel.conf ]; then
    own=$(cat /secrets/fasti_redis_sentinel_password)
    cat > /data/sentinel.conf.draft <<EOF
port 26379
dir /data
requirepass $own
sentinel sentinel-pass $own
sentinel monitor fasti $1 6379 2
sentinel auth-pass fasti $(cat /secrets/redis_password)
# Longer than Docker takes to start a Redis that crashed, which then has lost nothing.
sentinel down-after-milliseconds fasti 2000
sentinel failover-timeout fasti 10000
sentinel known-replica fasti $2 6379
EOF
    mv /data/sentinel.conf.draft /data/sentinel.conf
fi
exec redis-sentinel /data/sentinel.conf
