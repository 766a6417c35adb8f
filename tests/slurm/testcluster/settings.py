"""The configuration files of the test cluster."""

from pathlib import Path
from textwrap import dedent

from testcluster.network import SUBMIT_ADDRESS, Node

CLUSTER_NAME = "arcsweep"
ACCOUNT = "lab"
SLURMCTLD_PORT = 16817
SLURMD_PORT = 16818
SLURMDBD_PORT = 16819
MARIADB_PORT = 16820
CPUS_PER_NODE = 2
MEMORY_PER_NODE_MB = 6000
GPUS_PER_NODE = 2


def slurm_conf(folder: Path, hostname: str, members: list[Node]) -> str:
    """Text of slurm.conf for a controller on ``hostname`` and the nodes ``members``.

    Three partitions: ``main`` (the default), ``urgent``, whose jobs preempt those of ``main``
    by requeueing them, and ``brief`` with a walltime limit of one minute. Eight jobs of one
    processor fill the four nodes, two on each (LLN picks the least loaded node).
    """
    node_lines = "\n".join(
        f"NodeName={node.name} NodeHostname={node.name} NodeAddr={node.address} "
        f"CPUs={CPUS_PER_NODE} RealMemory={MEMORY_PER_NODE_MB} Gres=gpu:{GPUS_PER_NODE}"
        for node in members
    )
    names = ",".join(node.name for node in members)
    text = f"""
    ClusterName={CLUSTER_NAME}
    SlurmctldHost={hostname}({SUBMIT_ADDRESS})
    SlurmctldPort={SLURMCTLD_PORT}
    SlurmdPort={SLURMD_PORT}
    SlurmUser=root
    SlurmdUser=root
    AuthType=auth/munge
    # cred_expire (seconds) is also how long a requeued job waits; the default is two minutes.
    AuthInfo=socket={folder}/munge.socket,cred_expire=15
    CredType=cred/munge
    MpiDefault=none
    StateSaveLocation={folder}/state
    SlurmdSpoolDir={folder}/spool-%n
    SlurmctldPidFile={folder}/slurmctld.pid
    SlurmdPidFile={folder}/slurmd-%n.pid
    SlurmctldLogFile={folder}/slurmctld.log
    SlurmdLogFile={folder}/slurmd-%n.log

    # No cgroups: containers and small machines seldom hand them out. Not linuxproc either: it loses
    # a process whose parent has died, and a cancelled worker would go on for ever.
    ProctrackType=proctrack/pgid
    TaskPlugin=task/none
    # Nodes may claim more processors than the machine has.
    SlurmdParameters=config_overrides
    SelectType=select/cons_tres
    SelectTypeParameters=CR_CPU_Memory
    GresTypes=gpu
    ReturnToService=2
    MaxArraySize=1001

    # Seconds. Short waits, or the tests would wait for minutes.
    SchedulerType=sched/backfill
    SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=0
    KillWait=5
    SlurmdTimeout=60
    SlurmctldTimeout=60
    MessageTimeout=30
    MinJobAge=300
    OverTimeLimit=0
    PreemptType=preempt/partition_prio
    PreemptMode=REQUEUE
    JobRequeue=1

    AccountingStorageType=accounting_storage/slurmdbd
    AccountingStorageHost=127.0.0.1
    AccountingStoragePort={SLURMDBD_PORT}
    # With munge this is not a password but the socket of the munge that slurmdbd trusts.
    AccountingStoragePass={folder}/munge.socket
    AccountingStorageTRES=gres/gpu
    JobAcctGatherType=jobacct_gather/linux
    JobAcctGatherFrequency=2

    PartitionName=DEFAULT Nodes={names} LLN=YES MaxTime=UNLIMITED DefaultTime=10
    PartitionName=main Default=YES PriorityTier=1
    PartitionName=urgent PriorityTier=10 PreemptMode=OFF
    PartitionName=brief PriorityTier=1 MaxTime=1 DefaultTime=1
    """
    return dedent(text) + node_lines + "\n"


def gres_conf() -> str:
    """Text of gres.conf: two stand-ins for GPUs on each node, device files that any machine has."""
    return "Name=gpu File=/dev/null\nName=gpu File=/dev/zero\n"


def slurmdbd_conf(folder: Path, hostname: str, password: str) -> str:
    """Text of slurmdbd.conf; holds the database password, so the file is for its owner only."""
    return dedent(f"""
    AuthType=auth/munge
    AuthInfo=socket={folder}/munge.socket
    DbdHost={hostname}
    DbdAddr=127.0.0.1
    DbdPort={SLURMDBD_PORT}
    SlurmUser=root
    LogFile={folder}/slurmdbd.log
    PidFile={folder}/slurmdbd.pid
    StorageType=accounting_storage/mysql
    StorageHost=127.0.0.1
    StoragePort={MARIADB_PORT}
    StorageUser=slurm
    StoragePass={password}
    StorageLoc=slurm_acct_db
    """)


def mariadb_init_sql(password: str) -> str:
    """Statements that mariadbd runs when it starts: slurmdbd's database and user."""
    return dedent(f"""
    CREATE DATABASE IF NOT EXISTS slurm_acct_db;
    CREATE USER IF NOT EXISTS 'slurm'@'127.0.0.1' IDENTIFIED BY '{password}';
    GRANT ALL ON slurm_acct_db.* TO 'slurm'@'127.0.0.1';
    """)
