// The measurements of bench/convergence.cpp for hashicorp/memberlist with its LAN defaults: N nodes
// in one process on the loopback interface. Prints lines of key=value.
package main

import (
	"fmt"
	"io"
	"math/rand"
	"net"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/hashicorp/memberlist"
)

const updates = 20 // each takes about half a second

type member struct {
	list *memberlist.Memberlist
	meta atomic.Value
	seen atomic.Value  // the newest meta data that this node has heard of any node
}

func (m *member) NodeMeta(int) []byte             { return []byte(m.meta.Load().(string)) }
func (m *member) NotifyMsg([]byte)                {}
func (m *member) GetBroadcasts(int, int) [][]byte { return nil }
func (m *member) LocalState(bool) []byte          { return nil }
func (m *member) MergeRemoteState([]byte, bool)   {}
func (m *member) NotifyJoin(*memberlist.Node)     {}
func (m *member) NotifyLeave(*memberlist.Node)    {}
func (m *member) NotifyUpdate(n *memberlist.Node) { m.seen.Store(string(n.Meta)) }

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "memberlist:", err)
		os.Exit(1)
	}
}

func start(name string) *member {
	m := &member{}
	m.meta.Store("")
	m.seen.Store("")
	config := memberlist.DefaultLANConfig()
	config.Name = name
	config.BindAddr = "127.0.0.1"
	config.BindPort = 0
	config.AdvertiseAddr = "127.0.0.1"
	config.AdvertisePort = 0
	config.Delegate = m
	config.Events = m
	config.LogOutput = io.Discard
	list, err := memberlist.Create(config)
	check(err)
	m.list = list
	return m
}

func waitUntil(condition func() bool) {
	for deadline := time.Now().Add(60 * time.Second); !condition(); time.Sleep(50 * time.Microsecond) {
		if time.Now().After(deadline) {
			check(fmt.Errorf("no agreement within a minute"))
		}
	}
}

func cpuMs() float64 {
	var used syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return float64(used.Utime.Nano()+used.Stime.Nano()) / 1e6
}

func anonymousKb() float64 {
	status, err := os.ReadFile("/proc/self/status")
	check(err)
	for _, line := range strings.Split(string(status), "\n") {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "RssAnon:" {
			kb, err := strconv.ParseFloat(fields[1], 64)
			check(err)
			return kb
		}
	}
	return 0
}

func main() {
	size, err := strconv.Atoi(os.Args[1])
	check(err)
	empty := anonymousKb()
	all := make([]*member, size)
	for i := range all {
		all[i] = start("node" + strconv.Itoa(i))
	}
	seed := net.JoinHostPort("127.0.0.1", strconv.Itoa(int(all[0].list.LocalNode().Port)))
	begin := time.Now()
	for _, m := range all[1:] {
		go func(m *member) { _, _ = m.list.Join([]string{seed}) }(m)
	}
	waitUntil(func() bool {
		for _, m := range all {
			if m.list.NumMembers() != size {
				return false
			}
		}
		return true
	})
	fmt.Printf("all_see_all_s=%.3f\n", time.Since(begin).Seconds())
	time.Sleep(3 * time.Second)

	const idle = 5 * time.Second
	cpu := cpuMs()
	time.Sleep(idle)
	fmt.Printf("idle_cpu_ms_per_node_s=%.3f\n", (cpuMs()-cpu)/float64(size)/idle.Seconds())

	var times []float64
	for i := 0; i < updates; i++ {
		by := all[rand.Intn(size)]
		meta := strconv.Itoa(i)
		by.meta.Store(meta)
		begin := time.Now()
		go func() { _ = by.list.UpdateNode(time.Minute) }()
		waitUntil(func() bool {
			for _, m := range all {
				if m != by && m.seen.Load().(string) != meta {
					return false
				}
			}
			return true
		})
		times = append(times, float64(time.Since(begin).Microseconds())/1e3)
	}
	sort.Float64s(times)
	fmt.Printf("update_to_all_ms_median=%.2f\n", times[len(times)/2])
	fmt.Printf("rss_kb_per_node=%.0f\n", (anonymousKb()-empty)/float64(size))
}
