// The measurements of bench/processes.cpp for hashicorp/memberlist with its LAN defaults: N nodes,
// each in a process of its own, on the loopback interface. Prints lines of key=value.
//
// The first process starts itself again for each node. It talks to these by lines: it writes "join
// HOST:PORT" and "update TEXT", they answer with "port N", "members N", "called NANOSECONDS" and
// "told TEXT NANOSECONDS".
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/memberlist"
)

const updates = 20 // each takes about half a second
const limit = time.Minute

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "memberlist_processes:", err)
		os.Exit(1)
	}
}

// The side of one node.

type member struct {
	mutex sync.Mutex
	list  *memberlist.Memberlist
	meta  string
	count int
}

func (m *member) say(format string, values ...any) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	fmt.Printf(format+"\n", values...)
}

func (m *member) NodeMeta(int) []byte {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return []byte(m.meta)
}
func (m *member) NotifyMsg([]byte)                {}
func (m *member) GetBroadcasts(int, int) [][]byte { return nil }
func (m *member) LocalState(bool) []byte          { return nil }
func (m *member) MergeRemoteState([]byte, bool)   {}
func (m *member) NotifyJoin(*memberlist.Node) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.count++
	fmt.Printf("members %d\n", m.count)
}
func (m *member) NotifyLeave(*memberlist.Node) {}
func (m *member) NotifyUpdate(n *memberlist.Node) {
	m.say("told %s %d", n.Meta, time.Now().UnixNano())
}

func runNode(name string) {
	m := &member{}
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
	m.say("port %d", list.LocalNode().Port)
	commands := bufio.NewScanner(os.Stdin)
	for commands.Scan() {
		words := strings.Fields(commands.Text())
		if words[0] == "join" {
			go func() { _, _ = list.Join(words[1:]) }()
			continue
		}
		m.mutex.Lock()
		m.meta = words[1]
		m.mutex.Unlock()
		m.say("called %d", time.Now().UnixNano())
		go func() { _ = list.UpdateNode(limit) }()
	}
}

// The side that measures.

type child struct {
	process *exec.Cmd
	input   io.Writer
	port    chan string
	called  chan int64
	told    chan toldAt
	mutex   sync.Mutex
	members int
}

type toldAt struct {
	text string
	at   int64
}

func start(name string) *child {
	program, err := os.Executable()
	check(err)
	c := &child{port: make(chan string, 1), called: make(chan int64, 1), told: make(chan toldAt, 1000)}
	c.process = exec.Command(program, "node", name)
	c.process.Stderr = os.Stderr
	c.input, err = c.process.StdinPipe()
	check(err)
	output, err := c.process.StdoutPipe()
	check(err)
	check(c.process.Start())
	go func() {
		for lines := bufio.NewScanner(output); lines.Scan(); {
			words := strings.Fields(lines.Text())
			switch words[0] {
			case "port":
				c.port <- words[1]
			case "members":
				number, _ := strconv.Atoi(words[1])
				c.mutex.Lock()
				c.members = number
				c.mutex.Unlock()
			case "called":
				at, _ := strconv.ParseInt(words[1], 10, 64)
				c.called <- at
			case "told":
				at, _ := strconv.ParseInt(words[len(words)-1], 10, 64)
				c.told <- toldAt{words[1], at}
			}
		}
	}()
	return c
}

// cpuMs, rssMb and entries read what the kernel says of a process.

func cpuMs(process int) float64 {
	sum := 0.0
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", process))
	check(err)
	for _, task := range tasks {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/schedstat", process, task.Name()))
		if err != nil {
			continue
		}
		ns, _ := strconv.ParseFloat(strings.Fields(string(text))[0], 64)
		sum += ns / 1e6
	}
	return sum
}

func rssMb(process int) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", process))
	check(err)
	for _, line := range strings.Split(string(status), "\n") {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "VmRSS:" {
			kb, _ := strconv.ParseFloat(fields[1], 64)
			return kb / 1024
		}
	}
	return 0
}

func entries(process int, folder string) float64 {
	found, err := os.ReadDir(fmt.Sprintf("/proc/%d/%s", process, folder))
	check(err)
	return float64(len(found))
}

func median(all []float64) float64 {
	sort.Float64s(all)
	return all[len(all)/2]
}

func ofAll(all []*child, figure func(process int) float64) []float64 {
	var values []float64
	for _, c := range all {
		values = append(values, figure(c.process.Process.Pid))
	}
	return values
}

func main() {
	if os.Args[1] == "node" {
		runNode(os.Args[2])
		return
	}
	size, err := strconv.Atoi(os.Args[1])
	check(err)
	var all []*child
	for i := 0; i < size; i++ {
		all = append(all, start("node"+strconv.Itoa(i)))
	}
	seed := "127.0.0.1:" + <-all[0].port
	begin := time.Now()
	for _, c := range all[1:] {
		<-c.port
		fmt.Fprintln(c.input, "join", seed)
	}
	for _, c := range all {
		for {
			c.mutex.Lock()
			members := c.members
			c.mutex.Unlock()
			if members == size {
				break
			}
			if time.Since(begin) > limit {
				check(fmt.Errorf("no agreement within a minute"))
			}
			time.Sleep(time.Millisecond)
		}
	}
	fmt.Printf("all_see_all_s=%.3f\n", time.Since(begin).Seconds())
	time.Sleep(3 * time.Second)

	const idle = 5 * time.Second
	before := ofAll(all, cpuMs)
	time.Sleep(idle)
	after := ofAll(all, cpuMs)
	for i := range after {
		after[i] = (after[i] - before[i]) / idle.Seconds()
	}
	fmt.Printf("idle_cpu_ms_per_s=%.3f\n", median(after))

	var times []float64
	for i := 0; i < updates; i++ {
		by := all[i%size]
		text := "update" + strconv.Itoa(i)
		fmt.Fprintln(by.input, "update", text)
		called := <-by.called
		last := int64(0)
		for _, c := range all {
			for c != by {
				told := <-c.told
				if told.text != text {
					continue
				}
				if told.at > last {
					last = told.at
				}
				break
			}
		}
		times = append(times, float64(last-called)/1e6)
	}
	fmt.Printf("update_to_all_ms_median=%.2f\n", median(times))
	fmt.Printf("rss_mb=%.1f\n", median(ofAll(all, rssMb)))
	threads := ofAll(all, func(process int) float64 { return entries(process, "task") })
	descriptors := ofAll(all, func(process int) float64 { return entries(process, "fd") })
	fmt.Printf("threads=%.0f\ndescriptors=%.0f\n", median(threads), median(descriptors))
	for _, c := range all {
		_ = c.process.Process.Kill()
		_ = c.process.Wait()
	}
}
